import {
  defineOptions,
  imageUrl,
  LLM,
  ProviderError,
  readJsonEvents,
  sendJson,
  speakerName,
  type LLMPart,
  type LLMRequest,
  type Message,
  type OptionsInput,
  type ToolCall,
} from '@vision-agents/core';
import { z } from 'zod';

const provider = 'reference';

export const options = defineOptions({
  provider,
  env: { apiKey: 'REFERENCE_API_KEY' },
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url().default('https://reference.invalid/v1'),
  }),
});

const Piece = z.object({
  index: z.number(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

const Chunk = z.object({
  error: z.object({ message: z.string() }).nullish(),
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish(), tool_calls: z.array(Piece).nullish() }),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
});

/** A plugin that keeps every rule; the broken ones differ from it in one thing each. */
export class ReferenceLLM extends LLM {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({ provider, model: 'reference-1' });
    this.#settings = options.resolve(input);
  }

  protected override async *respond(
    { messages, tools, instructions }: LLMRequest,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<LLMPart> {
    const { apiKey, baseUrl } = this.#settings;
    const system = instructions === '' ? [] : [{ role: 'system', content: instructions }];
    const response = await sendJson(this.fetch, {
      url: `${baseUrl}/chat/completions`,
      headers: { authorization: `Bearer ${apiKey}` },
      body: {
        model: this.model,
        messages: [...system, ...messages.map(chatMessage)],
        stream: true,
        stream_options: this.streamOptions,
        ...(tools.length > 0 && { tools: this.convertToolsToProviderFormat(tools) }),
      },
      signal,
    });
    const calls: ToolCall[] = [];
    let reason: string | undefined;
    for await (const { error, choices, usage } of readJsonEvents(response, Chunk, {
      end: '[DONE]',
    })) {
      if (error) throw this.failure('network', error.message);
      for (const { delta, finish_reason } of choices ?? []) {
        if (delta.content) yield { type: 'text-delta', delta: delta.content };
        for (const { index, id, function: details } of delta.tool_calls ?? []) {
          const call = (calls[index] ??= { id: id ?? '', name: '', arguments: '' });
          call.name += details?.name ?? '';
          call.arguments += details?.arguments ?? '';
        }
        reason ??= finish_reason ?? undefined;
      }
      if (usage) {
        const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = usage;
        yield { type: 'finish', usage: { inputTokens, outputTokens } };
      }
    }
    if (reason === undefined) throw this.failure('protocol', 'the answer is not complete');
    for (const call of calls) yield { type: 'tool-call', ...call };
  }

  protected get streamOptions(): object | undefined {
    return { include_usage: true };
  }

  protected failure(kind: ProviderError['kind'], message: string): ProviderError {
    return new ProviderError({ provider, kind, message: `${provider}: ${message}` });
  }
}

function chatMessage(message: Message): object {
  if (message.role === 'tool')
    return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
  const { role, content, participant, toolCalls } = message;
  return {
    role,
    name: speakerName(participant),
    content:
      typeof content === 'string'
        ? content
        : content.map((part) =>
            part.type === 'text' ? part : { type: 'image_url', image_url: { url: imageUrl(part) } },
          ),
    tool_calls: toolCalls?.map(({ id, name, arguments: text }) => ({
      id,
      type: 'function',
      function: { name, arguments: text },
    })),
  };
}
