import type { ProviderError } from '../errors/provider-error.ts';
import type { ToolResult } from '../functions/tool-runner.ts';
import type { AnswerDraft } from '../llm/answer-draft.ts';
import type { Conversation } from '../llm/conversation.ts';
import type { LLMFinal, LLMResponse } from '../llm/llm-response.ts';
import type { ToolCall } from '../llm/message.ts';
import { Stream } from '../stream.ts';
import type { TurnRecord } from './turn-record.ts';

type Item =
  | { type: 'delta'; delta: string }
  | { type: 'calls'; calls: readonly ToolCall[]; results: Promise<readonly ToolResult[]> }
  | { type: 'end'; counted: Partial<LLMFinal> }
  | { type: 'failed'; error: ProviderError };

/** The record of a turn that was asked for as text: what `simpleResponse()` yields. */
export class AnswerChannel implements TurnRecord {
  readonly spoken = false;
  readonly #turnId: string;
  readonly #draft: AnswerDraft;
  readonly #conversation: Conversation;
  readonly #items = new Stream<Item>();
  /** What the response under way has said. */
  #text = '';
  #end = '';

  constructor(init: { turnId: string; draft: AnswerDraft; conversation: Conversation }) {
    this.#turnId = init.turnId;
    this.#draft = init.draft;
    this.#conversation = init.conversation;
  }

  delta(text: string): void {
    if (text === '') return;
    // Between what is said in two responses there is a space.
    const gap = this.#text === '' && /\S$/.test(this.#end) && /^\S/.test(text) ? ' ' : '';
    this.#text += text;
    this.#end = text;
    this.#put({ type: 'delta', delta: `${gap}${text}` });
  }

  responded(text: string): void {
    if (text.startsWith(this.#text)) this.delta(text.slice(this.#text.length));
    this.#text = '';
  }

  called(calls: readonly ToolCall[], results: Promise<readonly ToolResult[]>): void {
    this.#put({ type: 'calls', calls, results });
  }

  ended(counted: Partial<LLMFinal>): void {
    this.#put({ type: 'end', counted });
    this.#items.close();
  }

  brokeOff(heard: string, error: ProviderError | undefined): void {
    if (error) this.#put({ type: 'failed', error });
    this.close();
    this.#conversation.cutTo(this.#turnId, heard);
  }

  /** Nobody reads on. */
  close(): void {
    this.#items.close();
  }

  async *read(): AsyncGenerator<LLMResponse, void, undefined> {
    for await (const item of this.#items) {
      switch (item.type) {
        case 'delta':
          yield item;
          break;
        case 'calls':
          this.#draft.addCalls(item.calls);
          for (const result of await item.results) this.#draft.addResult(result);
          break;
        case 'end':
          // The text and the times are added by whom it is yielded to.
          yield { type: 'final', text: '', latencyMs: 0, ...item.counted };
          return;
        case 'failed':
          throw item.error;
      }
    }
  }

  #put(item: Item): void {
    if (!this.#items.closed) this.#items.trySend(item);
  }
}
