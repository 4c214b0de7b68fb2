import type { FakeExchange, FakeToolCall, FakeUsage, LLMSaying } from '@vision-agents/testkit';
import type OpenAI from 'openai';
import type { ResponsesHabits } from './fake-responses.ts';
import type { ResponsesRequest } from './responses-request.ts';

type Event = OpenAI.Responses.ResponseStreamEvent;
type Item = OpenAI.Responses.ResponseOutputItem;
/** The client puts the whole text together from the items: it is not on the wire. */
type WireResponse = Omit<OpenAI.Responses.Response, 'output_text'>;
/** An event as it is on the wire, without the number that each one gets. */
type Unnumbered<E> = E extends { response: OpenAI.Responses.Response }
  ? Omit<E, 'sequence_number' | 'response'> & { response: WireResponse }
  : E extends unknown
    ? Omit<E, 'sequence_number'>
    : never;

const CREATED = 1_700_000_000;

/** One response, said piece by piece in all the events that the service sends for it, or as a whole. */
export class FakeResponse {
  readonly #exchange: FakeExchange;
  readonly #request: ResponsesRequest;
  readonly #habits: ResponsesHabits;
  readonly #items: Item[] = [];
  #message: { id: string; text: string } | undefined;
  #sequence = 0;

  constructor(exchange: FakeExchange, request: ResponsesRequest, habits: ResponsesHabits) {
    this.#exchange = exchange;
    this.#request = request;
    this.#habits = habits;
  }

  say(saying: LLMSaying): void {
    switch (saying.type) {
      case 'start':
        this.#event({ type: 'response.created', response: this.#response('in_progress') });
        this.#event({ type: 'response.in_progress', response: this.#response('in_progress') });
        if (this.#habits.reasons) this.#reason();
        return;
      case 'text':
        this.#text(saying.delta);
        return;
      case 'tool-call':
        this.#endMessage();
        this.#call(saying.call);
        return;
      case 'finish':
        this.#finish(saying.usage);
        return;
      case 'error':
        this.#fail(saying.message);
    }
  }

  #reason(): void {
    const id = `rs_${this.#items.length}`;
    const sealed = this.#request.seal ? { encrypted_content: `sealed ${id}` } : {};
    const item = { type: 'reasoning' as const, id, summary: [] };
    this.#added(item);
    this.#done({ ...item, ...sealed });
  }

  #text(delta: string): void {
    this.#message ??= this.#beginMessage();
    this.#message.text += delta;
    const place = { item_id: this.#message.id, output_index: this.#items.length, content_index: 0 };
    this.#event({ type: 'response.output_text.delta', ...place, delta, logprobs: [] });
  }

  #beginMessage(): { id: string; text: string } {
    const id = `msg_${this.#items.length}`;
    const place = { item_id: id, output_index: this.#items.length, content_index: 0 };
    this.#added({ type: 'message', id, status: 'in_progress', role: 'assistant', content: [] });
    this.#event({ type: 'response.content_part.added', ...place, part: textPart('') });
    return { id, text: '' };
  }

  #endMessage(): void {
    if (!this.#message) return;
    const { id, text } = this.#message;
    this.#message = undefined;
    const place = { item_id: id, output_index: this.#items.length, content_index: 0 };
    this.#event({ type: 'response.output_text.done', ...place, text, logprobs: [] });
    this.#event({ type: 'response.content_part.done', ...place, part: textPart(text) });
    const content = [textPart(text)];
    this.#done({ type: 'message', id, status: 'completed', role: 'assistant', content });
  }

  #call({ id: call_id, name, arguments: text }: FakeToolCall): void {
    const id = `fc_${call_id}`;
    const item = { type: 'function_call' as const, id, call_id, name };
    const place = { item_id: id, output_index: this.#items.length };
    this.#added({ ...item, arguments: '', status: 'in_progress' });
    const middle = Math.ceil(text.length / 2);
    for (const delta of [text.slice(0, middle), text.slice(middle)].filter((part) => part !== ''))
      this.#event({ type: 'response.function_call_arguments.delta', ...place, delta });
    this.#event({ type: 'response.function_call_arguments.done', ...place, arguments: text });
    this.#done({ ...item, arguments: text, status: 'completed' });
  }

  #finish(used: FakeUsage): void {
    this.#endMessage();
    const { incomplete: reason, withoutOutput } = this.#habits;
    const status = reason ? 'incomplete' : 'completed';
    const response = {
      ...this.#response(status, withoutOutput ? [] : this.#items),
      usage: usageOf(used),
      incomplete_details: reason ? { reason } : null,
    };
    if (!this.#request.stream) {
      this.#exchange.json(response satisfies WireResponse);
      return;
    }
    this.#event({ type: `response.${status}`, response });
    this.#exchange.end();
  }

  #fail(message: string): void {
    const { failure = 'response.failed', errorCode: code = 'server_error' } = this.#habits;
    if (!this.#request.stream) {
      this.#exchange.json({ error: { message, type: 'server_error', code } }, { status: 500 });
      return;
    }
    if (failure === 'error') this.#event({ type: 'error', code, message, param: null });
    else {
      const response = { ...this.#response('failed'), error: { code, message } };
      this.#event({ type: 'response.failed', response });
    }
    this.#exchange.end();
  }

  #added(item: Item): void {
    this.#event({ type: 'response.output_item.added', output_index: this.#items.length, item });
  }

  #done(item: Item): void {
    this.#event({ type: 'response.output_item.done', output_index: this.#items.length, item });
    this.#items.push(item);
  }

  #event(event: Unnumbered<Event>): void {
    if (!this.#request.stream) return;
    const { type } = event;
    this.#exchange.event({ ...event, sequence_number: this.#sequence }, { event: type });
    this.#sequence += 1;
  }

  #response(status: OpenAI.Responses.ResponseStatus, output: readonly Item[] = []): WireResponse {
    return {
      id: 'resp_fake',
      object: 'response',
      created_at: CREATED,
      access_programs: null,
      status,
      error: null,
      incomplete_details: null,
      instructions: this.#request.instructions,
      metadata: {},
      model: this.#request.model,
      output: [...output],
      parallel_tool_calls: true,
      temperature: 1,
      tool_choice: 'auto',
      tools: [],
      top_p: 1,
    };
  }
}

function textPart(text: string): OpenAI.Responses.ResponseOutputText {
  return { type: 'output_text', text, annotations: [] };
}

function usageOf({ inputTokens, outputTokens }: FakeUsage): OpenAI.Responses.ResponseUsage {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
}
