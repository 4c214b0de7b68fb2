import type { ChatDialect } from './chat-dialect.ts';
import { ChatRefusal } from './chat-refusal.ts';
import type { FakePrompt, FakePromptTool } from './llm-fake.ts';
import { readChatMessages } from './chat-messages.ts';
import { asArray, asObject, asText } from './chat-values.ts';

/** A request for chat completions, as the server understands it. */
export interface ChatRequest extends FakePrompt {
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/** The parameters that there are (openai 7.57, `ChatCompletionCreateParams`). */
const parameters: ReadonlySet<string> = new Set(
  `messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens
  metadata modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options
  prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream
  stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options`.split(
    /\s+/,
  ),
);

/**
 * Reads a request as strictly as the server does.
 *
 * @throws ChatRefusal saying what the server would
 */
export function readChatRequest(value: unknown, dialect: ChatDialect = {}): ChatRequest {
  const body = asObject(value, 'body');
  for (const name of Object.keys(body)) {
    if (!parameters.has(name) && !dialect.parameters?.includes(name))
      throw new ChatRefusal(`Unknown parameter: '${name}'.`, {
        param: name,
        code: 'unknown_parameter',
      });
  }
  if (typeof body['model'] !== 'string' || body['model'] === '')
    throw new ChatRefusal('you must provide a model parameter');
  const stream = body['stream'] === true;
  const messages = readChatMessages(asArray(body['messages'], 'messages'), dialect.messageFields);
  const system = messages.filter(({ role }) => role === 'system');
  return {
    model: body['model'],
    instructions: system.map(({ text }) => text).join('\n'),
    messages: messages.filter(({ role }) => role !== 'system'),
    tools: readTools(body),
    stream,
    includeUsage: readIncludeUsage(body, stream),
  };
}

/**
 * Some models take functions only where they don't think: gpt-5.6 and later think unless they are told not to.
 * Source: the model page of gpt-6-luna, and what the service answers.
 */
function assertNoThought({ model, reasoning_effort: effort }: Record<string, unknown>): void {
  const thinks = /^gpt-(5\.[6-9]|[6-9])/.test(String(model));
  const mayThink = thinks || /^gpt-5\.[2-5]/.test(String(model));
  if (!mayThink || effort === 'none' || (effort === undefined && !thinks)) return;
  throw new ChatRefusal(
    `Function tools with reasoning_effort are not supported for ${String(model)} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
    { param: 'reasoning_effort' },
  );
}

function readTools(body: Record<string, unknown>): FakePromptTool[] {
  const { tools, tool_choice: choice } = body;
  if (tools === undefined) {
    if (choice !== undefined && choice !== null) {
      throw new ChatRefusal(
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
        {
          param: 'tool_choice',
        },
      );
    }
    return [];
  }
  assertNoThought(body);
  return asArray(tools, 'tools').map((value, index) => readTool(value, `tools[${index}]`));
}

function readTool(value: unknown, param: string): FakePromptTool {
  const tool = asObject(value, param);
  if (tool['type'] !== 'function') {
    throw new ChatRefusal(
      `Invalid value: '${String(tool['type'])}'. Supported values are: 'function'.`,
      {
        param: `${param}.type`,
      },
    );
  }
  const details = asObject(tool['function'], `${param}.function`);
  const name = asText(details['name'], `${param}.function.name`);
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new ChatRefusal(
      `Invalid '${param}.function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
      { param: `${param}.function.name`, code: 'invalid_value' },
    );
  }
  const { parameters: schema, description = '' } = details;
  if (
    schema !== undefined &&
    asObject(schema, `${param}.function.parameters`)['type'] !== 'object'
  ) {
    throw new ChatRefusal(
      `Invalid schema for function '${name}': schema must be a JSON Schema of 'type: "object"'.`,
      { param: `${param}.function.parameters`, code: 'invalid_function_parameters' },
    );
  }
  const text = asText(description, `${param}.function.description`);
  return { name, description: text, parameters: schema };
}

function readIncludeUsage(body: Record<string, unknown>, stream: boolean): boolean {
  const { stream_options: options } = body;
  if (options === undefined || options === null) return false;
  if (!stream) {
    throw new ChatRefusal(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      {
        param: 'stream_options',
      },
    );
  }
  return asObject(options, 'stream_options')['include_usage'] === true;
}
