import type OpenAI from 'openai';
import type { ChatDialect } from './chat-dialect.ts';
import { ChatRefusal } from './chat-refusal.ts';
import { readChatRequest, type ChatRequest } from './chat-request.ts';
import type { FakeExchange } from './fake-exchange.ts';
import type { FakeHttpRequest } from './fake-http-request.ts';
import { FakeLLMServer, type FakeUsage, type LLMSaying } from './fake-llm-server.ts';
import type { Refusal } from './fake-server.ts';
import type { FakeToolCall } from './llm-fake.ts';

type Choice = OpenAI.ChatCompletionChunk.Choice;
type Delta = OpenAI.ChatCompletionChunk.Choice.Delta;
type CallPiece = OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall;

const CREATED = 1_700_000_000;

/** An answer that is given whole, while it is put together. */
interface Draft {
  content: string;
  calls: FakeToolCall[];
}

/**
 * A server for chat completions, the protocol of OpenAI that many providers speak: streaming or not, functions,
 * images, usage, and errors inside the stream. It refuses what the real one refuses, in its words.
 */
export class FakeChatServer extends FakeLLMServer {
  readonly #apiKey: string;
  readonly #path: string;
  readonly #dialect: ChatDialect;
  readonly #requests = new WeakMap<FakeExchange, { request: ChatRequest; draft: Draft }>();

  /**
   * @param init.path where completions are made; `/v1/chat/completions` unless given
   * @param init.dialect how it differs from OpenAI's
   */
  constructor(init: {
    apiKey: string;
    path?: string | undefined;
    dialect?: ChatDialect | undefined;
  }) {
    super();
    this.#dialect = init.dialect ?? {};
    this.#apiKey = init.apiKey;
    this.#path = init.path ?? '/v1/chat/completions';
  }

  /** Refusals have a body, so they are made where the answer is. */
  protected override authorise(): Refusal | undefined {
    return undefined;
  }

  protected override readPrompt(request: FakeHttpRequest): ChatRequest {
    const { method, url, headers } = request;
    if (headers.get('authorization') !== `Bearer ${this.#apiKey}`) {
      throw new ChatRefusal('Incorrect API key provided.', {
        status: 401,
        code: 'invalid_api_key',
      });
    }
    if (method !== 'POST' || url.pathname !== this.#path)
      throw new ChatRefusal(`Invalid URL (${method} ${url.pathname})`, { status: 404 });
    if (!/^application\/json\b/.test(headers.get('content-type') ?? ''))
      throw new ChatRefusal('The content type must be application/json.', { status: 415 });
    try {
      return readChatRequest(request.json(), this.#dialect);
    } catch (error) {
      if (error instanceof ChatRefusal) throw error;
      throw new ChatRefusal('We could not parse the JSON body of your request.');
    }
  }

  protected override async onRequest(exchange: FakeExchange): Promise<void> {
    try {
      const request = this.readPrompt(exchange.request);
      this.#requests.set(exchange, { request, draft: { content: '', calls: [] } });
      await super.onRequest(exchange);
    } catch (error) {
      if (!(error instanceof ChatRefusal)) throw error;
      // A wrong key is no mistake in the protocol.
      if (error.status !== 401) this.noteViolation(error.message);
      exchange.json(error, { status: error.status });
    }
  }

  protected override say(exchange: FakeExchange, saying: LLMSaying): void {
    const known = this.#requests.get(exchange);
    if (!known) throw new Error('the exchange has no request');
    const { request, draft } = known;
    if (request.stream && !this.#dialect.whole) this.#stream(exchange, saying, request);
    else this.#collect(exchange, saying, request, draft);
  }

  #stream(exchange: FakeExchange, saying: LLMSaying, request: ChatRequest): void {
    const { model } = request;
    const { emptyChoices, done, error = openAIError, delta: more, finishReason } = this.#dialect;
    const usage = request.includeUsage && this.#dialect.usage !== false;
    const chunk = (choices: Choice[], used: OpenAI.CompletionUsage | null = null): void =>
      exchange.event({
        id: 'chatcmpl-fake',
        object: 'chat.completion.chunk',
        created: CREATED,
        model,
        choices,
        ...(usage && { usage: used }),
      } satisfies OpenAI.ChatCompletionChunk);
    const delta = (piece: Delta, finish_reason: Choice['finish_reason'] = null): void =>
      chunk([{ index: 0, delta: { ...piece, ...more?.(saying) }, logprobs: null, finish_reason }]);
    switch (saying.type) {
      case 'start':
        if (emptyChoices) chunk([]);
        delta({ role: 'assistant', content: '', refusal: null });
        return;
      case 'text':
        for (const content of this.#cut(saying.delta)) delta({ content });
        return;
      case 'tool-call':
        for (const piece of this.#piecesOf(saying)) delta({ tool_calls: [piece] });
        return;
      case 'finish':
        if (finishReason !== null) delta({}, finishReason ?? reasonOf(saying.reason));
        if (usage) chunk([], usageOf(saying.usage));
        if (done !== false) exchange.event('[DONE]');
        exchange.end();
        return;
      case 'error':
        exchange.event(error(saying.message));
        exchange.end();
    }
  }

  #cut(text: string): string[] {
    const { chunkLength = text.length } = this.#dialect;
    return Array.from({ length: Math.ceil(text.length / chunkLength) }, (_, index) =>
      text.slice(index * chunkLength, (index + 1) * chunkLength),
    );
  }

  #piecesOf({ index, call }: Extract<LLMSaying, { type: 'tool-call' }>): CallPiece[] {
    const { calls = 'in-pieces' } = this.#dialect;
    if (calls === 'in-pieces') return piecesOf(index, call);
    const { id, ...details } = call;
    const whole = { index: 0, id, type: 'function' as const, function: details };
    // Undefined is left out on the wire.
    return [calls === 'index-0' ? whole : Object.assign(whole, { index: undefined })];
  }

  #collect(exchange: FakeExchange, saying: LLMSaying, { model }: ChatRequest, draft: Draft): void {
    const { usage, finishReason, error = openAIError } = this.#dialect;
    switch (saying.type) {
      case 'start':
        return;
      case 'text':
        draft.content += saying.delta;
        return;
      case 'tool-call':
        draft.calls.push(saying.call);
        return;
      case 'finish': {
        const { content, calls } = draft;
        const tool_calls = calls.map(({ id, ...details }) => ({
          id,
          type: 'function' as const,
          function: details,
        }));
        const message = {
          role: 'assistant' as const,
          content: content === '' ? null : content,
          refusal: null,
          ...(calls.length > 0 && { tool_calls }),
        };
        const finish_reason =
          finishReason === undefined ? reasonOf(saying.reason) : (finishReason ?? 'stop');
        exchange.json({
          id: 'chatcmpl-fake',
          object: 'chat.completion',
          created: CREATED,
          model,
          choices: [{ index: 0, message, logprobs: null, finish_reason }],
          ...(usage !== false && { usage: usageOf(saying.usage) }),
        } satisfies OpenAI.ChatCompletion);
        return;
      }
      case 'error':
        exchange.json(error(saying.message), { status: 500 });
    }
  }
}

/** The id and the name come first, then the arguments in pieces, as the real one sends them. */
function piecesOf(index: number, { id, name, arguments: text }: FakeToolCall): CallPiece[] {
  const middle = Math.ceil(text.length / 2);
  const parts = [text.slice(0, middle), text.slice(middle)].filter((part) => part !== '');
  return [
    { index, id, type: 'function', function: { name, arguments: '' } },
    ...parts.map((part) => ({ index, function: { arguments: part } })),
  ];
}

function openAIError(message: string): { error: OpenAI.ErrorObject } {
  return { error: { message, type: 'server_error', param: null, code: null } };
}

function reasonOf(reason: 'stop' | 'tool-calls'): 'stop' | 'tool_calls' {
  return reason === 'stop' ? 'stop' : 'tool_calls';
}

function usageOf({ inputTokens, outputTokens }: FakeUsage): OpenAI.CompletionUsage {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}
