import type { ToolResult, ToolSchema } from '../functions/index.ts';

/** A function as chat completions has it, which many providers have taken over. */
export interface ChatTool {
  type: 'function';
  function: { name: string; description: string; parameters: Record<string, unknown> };
}

export interface ChatToolMessage {
  role: 'tool';
  tool_call_id: string;
  content: string;
}

export function chatTool({ name, description, parametersSchema }: ToolSchema): ChatTool {
  return { type: 'function', function: { name, description, parameters: parametersSchema } };
}

export function chatToolMessage({ toolCallId, content }: ToolResult): ChatToolMessage {
  return { role: 'tool', tool_call_id: toolCallId, content };
}
