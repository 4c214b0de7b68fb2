import { ChatRefusal } from './chat-refusal.ts';
import { readChatRequest, type ChatRequest } from './chat-request.ts';
import type { FakeExchange } from './fake-exchange.ts';
import type { FakeHttpRequest } from './fake-http-request.ts';
import { FakeLLMServer, type FakeUsage, type LLMSaying } from './fake-llm-server.ts';
import type { Refusal } from './fake-server.ts';
import type { FakeToolCall } from './llm-fake.ts';

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
  readonly #requests = new WeakMap<FakeExchange, { request: ChatRequest; draft: Draft }>();

  /** @param init.path where completions are made; `/v1/chat/completions` unless given */
  constructor(init: { apiKey: string; path?: string | undefined }) {
    super();
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
      return readChatRequest(request.json());
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
    if (request.stream) this.#stream(exchange, saying, request);
    else this.#collect(exchange, saying, request, draft);
  }

  #stream(exchange: FakeExchange, saying: LLMSaying, request: ChatRequest): void {
    const { model, includeUsage } = request;
    const chunk = (choices: readonly object[], usage: object | null = null): void =>
      exchange.event({
        id: 'chatcmpl-fake',
        object: 'chat.completion.chunk',
        created: CREATED,
        model,
        choices,
        ...(includeUsage && { usage }),
      });
    const delta = (piece: object, finish_reason: string | null = null): void =>
      chunk([{ index: 0, delta: piece, logprobs: null, finish_reason }]);
    switch (saying.type) {
      case 'start':
        delta({ role: 'assistant', content: '', refusal: null });
        return;
      case 'text':
        delta({ content: saying.delta });
        return;
      case 'tool-call':
        for (const piece of piecesOf(saying.index, saying.call)) delta({ tool_calls: [piece] });
        return;
      case 'finish':
        delta({}, reasonOf(saying.reason));
        if (includeUsage) chunk([], usageOf(saying.usage));
        exchange.event('[DONE]');
        exchange.end();
        return;
      case 'error':
        exchange.event({
          error: { message: saying.message, type: 'server_error', param: null, code: null },
        });
        exchange.end();
    }
  }

  #collect(exchange: FakeExchange, saying: LLMSaying, { model }: ChatRequest, draft: Draft): void {
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
          type: 'function',
          function: details,
        }));
        const message = {
          role: 'assistant',
          content: content === '' ? null : content,
          refusal: null,
          ...(calls.length > 0 && { tool_calls }),
        };
        const finish_reason = reasonOf(saying.reason);
        exchange.json({
          id: 'chatcmpl-fake',
          object: 'chat.completion',
          created: CREATED,
          model,
          choices: [{ index: 0, message, logprobs: null, finish_reason }],
          usage: usageOf(saying.usage),
        });
        return;
      }
      case 'error':
        exchange.json(
          { error: { message: saying.message, type: 'server_error', param: null, code: null } },
          { status: 500 },
        );
    }
  }
}

/** The id and the name come first, then the arguments in pieces, as the real one sends them. */
function piecesOf(index: number, { id, name, arguments: text }: FakeToolCall): object[] {
  const middle = Math.ceil(text.length / 2);
  const parts = [text.slice(0, middle), text.slice(middle)].filter((part) => part !== '');
  return [
    { index, id, type: 'function', function: { name, arguments: '' } },
    ...parts.map((part) => ({ index, function: { arguments: part } })),
  ];
}

function reasonOf(reason: 'stop' | 'tool-calls'): string {
  return reason === 'stop' ? 'stop' : 'tool_calls';
}

function usageOf({ inputTokens, outputTokens }: FakeUsage): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}
