import { readJsonEvents, type LLMPart, type ToolCall } from '@vision-agents/core';
import { failure, streamFailure } from '../failure.ts';
import { FunctionCall, ResponseEvent, type OutputItem } from './response-event.ts';

type Finish = Extract<LLMPart, { type: 'finish' }>;

/** Reads one response: text to say at once, and at the end the calls and what was used. */
export class ResponseReader {
  readonly #provider: string;
  readonly #done: OutputItem[] = [];
  #items: readonly OutputItem[] = [];
  #finish: Finish | undefined;
  #itemId = '';
  #end = '';

  constructor(provider: string) {
    this.#provider = provider;
  }

  /** All that the response is made of. */
  get items(): readonly OutputItem[] {
    return this.#items;
  }

  /** Those that are whole. */
  get calls(): ToolCall[] {
    return this.#items.flatMap((item) => {
      const { success, data } = FunctionCall.safeParse(item);
      if (!success || data.status === 'incomplete') return [];
      return [{ id: data.call_id, name: data.name, arguments: data.arguments }];
    });
  }

  /** What was used, and why it ended. */
  get finish(): Finish {
    return this.#finish ?? { type: 'finish' };
  }

  /**
   * The text, as it comes.
   *
   * @throws ProviderError for an error in the stream, kind `content` where a filter has ended the response, kind
   * `protocol` for a response that is not complete
   */
  async *text(response: Response, signal: AbortSignal): AsyncGenerator<LLMPart> {
    for await (const event of readJsonEvents(response, ResponseEvent, { end: '[DONE]', signal })) {
      const delta = this.#take(event);
      if (delta !== undefined) yield { type: 'text-delta', delta };
    }
    // Without a last event the stream was cut off, and what came is half an answer.
    if (!this.#finish) throw failure(this.#provider, 'protocol', 'the answer is not complete');
  }

  #take(event: ResponseEvent): string | undefined {
    const provider = this.#provider;
    switch (event.type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        return this.#spaced(event.item_id, event.delta);
      case 'response.output_item.done':
        this.#done.push(event.item);
        return undefined;
      case 'response.incomplete': {
        const reason = event.response.incomplete_details?.reason;
        if (reason === 'content_filter')
          throw failure(provider, 'content', 'a content filter has ended the answer');
        this.#complete(event.response, reason ?? 'incomplete');
        return undefined;
      }
      case 'response.completed':
        this.#complete(event.response, 'completed');
        return undefined;
      case 'response.failed':
        throw streamFailure(provider, event.response.error ?? {});
      case 'error':
        throw streamFailure(provider, event.error ?? event);
      default: {
        const unreachable: never = event;
        return unreachable;
      }
    }
  }

  /** Between two messages of a response there is a space, or a voice would read them as one word. */
  #spaced(itemId: string, delta: string): string {
    const isNext = itemId !== this.#itemId && /\S$/.test(this.#end) && /^\S/.test(delta);
    this.#itemId = itemId;
    if (delta !== '') this.#end = delta;
    return isNext ? ` ${delta}` : delta;
  }

  #complete(
    { model, output, usage }: Extract<ResponseEvent, { response: unknown }>['response'],
    reason: string,
  ): void {
    // Some servers tell of the items only as they are done, others only here.
    this.#items = output && output.length > 0 ? output : this.#done;
    const { input_tokens: inputTokens, output_tokens: outputTokens } = usage ?? {};
    this.#finish = { type: 'finish', reason, model, usage: { inputTokens, outputTokens } };
  }
}
