import type { ToolSchema } from '@vision-agents/core';
import type { ChatCompletionFunctionTool } from 'openai/resources/chat/completions';
import { strictSchema } from './strict-schema.ts';

/** A function as chat completions have it; where `strict`, the model is held to its parameters. */
export function chatTool(
  { name, description, parametersSchema }: ToolSchema,
  { strict }: { strict: boolean },
): ChatCompletionFunctionTool {
  const parameters = strict ? strictSchema(parametersSchema) : parametersSchema;
  return {
    type: 'function',
    function: { name, description, parameters, ...(strict && { strict }) },
  };
}
