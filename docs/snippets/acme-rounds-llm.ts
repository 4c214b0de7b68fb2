import { defineOptions, LLM as BaseLLM, ProviderError } from '@vision-agents/core';
import { readJsonLines, sendJson, speakerName, textOf } from '@vision-agents/core';
import type {
  LLMResponse,
  Message,
  OptionsInput,
  ResponseOptions,
  ToolCall,
  ToolResult,
  ToolSchema,
} from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'acme',
  env: { apiKey: 'ACME_API_KEY' },
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.acme.example'),
  }),
});

const Call = z.object({ ref: z.string(), fn: z.string(), input: z.string() });
const Tokens = z.object({ read: z.number(), written: z.number() });
const Line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('say'), text: z.string() }),
  z.object({ type: z.literal('end'), calls: z.array(Call).nullish(), tokens: Tokens.nullish() }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);
type End = Extract<z.output<typeof Line>, { type: 'end' }>;

export class LLM extends BaseLLM {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({ provider: 'acme' });
    this.#settings = options.resolve(input);
  }

  override async *simpleResponse(
    _text: string,
    asked: ResponseOptions = {},
  ): AsyncGenerator<LLMResponse> {
    const messages: unknown[] = this.messagesFor(asked).map(wireMessage);
    const used = { read: 0, written: 0 };
    for (let round = 0; round <= this.maxToolRounds; round += 1) {
      const isLast = round === this.maxToolRounds;
      const functions = isLast
        ? []
        : this.convertToolsToProviderFormat(this.getAvailableFunctions());
      const end = yield* this.#round({ messages, functions }, asked);
      used.read += end.tokens?.read ?? 0;
      used.written += end.tokens?.written ?? 0;
      const calls = this.extractToolCallsFromResponse(end);
      if (isLast || calls.length === 0) break;
      const results = await this.executeTools(calls, asked);
      messages.push({ by: 'assistant', text: '', calls: end.calls });
      messages.push(...this.createToolResultMessage(calls, results));
    }
    const { read: inputTokens, written: outputTokens } = used;
    // The base adds the text and the times.
    yield { type: 'final', text: '', latencyMs: 0, inputTokens, outputTokens };
  }

  async *#round(
    body: { messages: unknown[]; functions: unknown[] },
    { signal }: ResponseOptions,
  ): AsyncGenerator<LLMResponse, End> {
    const { apiKey, baseUrl } = this.#settings;
    const response = await sendJson(this.fetch, {
      url: `${baseUrl}/answer`,
      headers: { authorization: `Bearer ${apiKey}` },
      body: { ...body, instructions: this.instructions },
      signal,
    });
    for await (const line of readJsonLines(response, Line)) {
      if (line.type === 'say') yield { type: 'delta', delta: line.text };
      if (line.type === 'error') throw failure('network', line.message);
      if (line.type === 'end') return line;
    }
    throw failure('protocol', 'the answer is not complete');
  }

  protected override convertToolsToProviderFormat(tools: readonly ToolSchema[]): object[] {
    return tools.map(({ name, description, parametersSchema }) => ({
      fn: name,
      about: description,
      input: parametersSchema,
    }));
  }

  protected override extractToolCallsFromResponse({ calls }: End): ToolCall[] {
    return (calls ?? []).map(({ ref, fn, input }) => ({ id: ref, name: fn, arguments: input }));
  }

  protected override createToolResultMessage(
    _calls: readonly ToolCall[],
    results: readonly ToolResult[],
  ): object[] {
    return results.map(({ toolCallId, content }) => ({ by: 'function', ref: toolCallId, content }));
  }
}

function failure(kind: ProviderError['kind'], message: string): ProviderError {
  return new ProviderError({ provider: 'acme', kind, message: `acme: ${message}` });
}

function wireMessage(message: Message): object {
  if (message.role === 'tool')
    return { by: 'function', ref: message.toolCallId, content: message.content };
  const { role, participant, toolCalls = [] } = message;
  const calls = toolCalls.map(({ id, name, arguments: input }) => ({ ref: id, fn: name, input }));
  return { by: role, text: textOf(message), name: speakerName(participant), calls };
}
