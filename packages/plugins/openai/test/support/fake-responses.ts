import { FakeLLMServer } from '@vision-agents/testkit';
import type {
  FakeExchange,
  FakeHttpRequest,
  FakePrompt,
  LLMSaying,
  Refusal,
} from '@vision-agents/testkit';
import type OpenAI from 'openai';
import { TEST_KEY } from './fake-chat.ts';
import { FakeResponse } from './fake-response.ts';
import { readResponsesRequest, type ResponsesRequest } from './responses-request.ts';

/** How the fake thinks, and what it says besides what was scripted. */
export interface ResponsesHabits {
  /** It thinks before it speaks or calls: a reasoning item comes first. */
  reasons?: boolean;
  /** Why the response is incomplete. */
  incomplete?: 'max_output_tokens' | 'content_filter';
  /** How it complains inside the stream. */
  failure?: 'error' | 'response.failed';
  errorCode?: OpenAI.Responses.ResponseError['code'];
  /** True when the last event does not repeat the items. */
  withoutOutput?: boolean;
}

/** The Responses API of OpenAI, as it answers on the wire: on a real socket of this machine. */
export class FakeResponses extends FakeLLMServer {
  habits: ResponsesHabits = {};
  readonly #responses = new WeakMap<FakeExchange, FakeResponse>();

  override async start(): Promise<void> {
    this.habits = {};
    await super.start();
  }

  protected override authorise({ method, url, headers }: FakeHttpRequest): Refusal | undefined {
    if (headers.get('authorization') !== `Bearer ${TEST_KEY}`) return { status: 401 };
    if (url.pathname !== '/v1/responses') return { status: 404 };
    return method === 'POST' ? undefined : { status: 405 };
  }

  protected override readPrompt(request: FakeHttpRequest): ResponsesRequest {
    return readResponsesRequest(request.json());
  }

  protected override say(exchange: FakeExchange, saying: LLMSaying, prompt: FakePrompt): void {
    if (saying.type === 'start') {
      const request = readResponsesRequest(exchange.request.json());
      this.#responses.set(exchange, new FakeResponse(exchange, request, this.habits));
    }
    const response = this.#responses.get(exchange);
    if (!response) throw new Error(`nothing was begun for ${prompt.model}`);
    response.say(saying);
  }
}
