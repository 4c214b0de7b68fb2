import type { Clock } from '../clock.ts';
import { LinkedAbort } from '../connection/http/linked-abort.ts';
import type { ProviderError } from '../errors/provider-error.ts';
import type { MadeCalls } from '../functions/tool-runner.ts';
import type { WorkSpan } from '../tracing/index.ts';
import type { AnswerDraft } from './answer-draft.ts';
import type { LLMFinal, LLMResponse } from './llm-response.ts';
import type { Message } from './message.ts';

/** What an answer needs of the model that gives it. */
export interface AnswerInit {
  turnId: string;
  draft: AnswerDraft;
  /** What the model is told besides, before the question. The conversation does not keep it. */
  context: readonly Message[];
  clock: Clock;
  /** Each of them interrupts the answer. */
  signals: readonly (AbortSignal | undefined)[];
  /** Rejects when the model is closed already. */
  ready: () => Promise<void>;
  /** The plugin's part: what it yields is watched here. */
  open: (signal: AbortSignal) => AsyncIterable<LLMResponse>;
  openSpan: () => WorkSpan;
  /** Called when it begins; the promise resolves when the plugin has let go of everything. */
  onBegin: (released: Promise<void>) => void;
  /** Called once: what the conversation keeps. */
  onSettled: (messages: Message[]) => void;
  onFinal: (final: LLMFinal) => void;
  /** Makes an error of what was thrown, and tells of it. Undefined when it is none, because the model closes. */
  onFailure: (thrown: unknown) => ProviderError | undefined;
  /** An answer that is longer fails, in characters. */
  maxLength: number;
}

interface Running {
  readonly name: 'running';
  readonly source: AsyncIterator<LLMResponse>;
  readonly abort: LinkedAbort;
  readonly span: WorkSpan;
  readonly released: () => void;
}

type State = { name: 'new' | 'beginning' | 'over' } | Running;

type Item = IteratorResult<LLMResponse, undefined>;

const over: Item = { done: true, value: undefined };

/**
 * One answer: what a plugin yields, with everything around it that is the same for every plugin. It ends as soon as it
 * is interrupted, also when the provider hangs; it comes into the conversation whole or rolled back; and a failure is
 * told once, and thrown.
 */
export class Answer implements AsyncIterableIterator<LLMResponse, undefined> {
  readonly turnId: string;
  readonly draft: AnswerDraft;
  readonly context: readonly Message[];
  /** The calls that were made for it. */
  readonly made: MadeCalls = new Map();
  readonly #init: AnswerInit;
  readonly #interrupted = Promise.withResolvers<Item>();
  #state: State = { name: 'new' };
  #signal = AbortSignal.abort(new Error('The answer has not begun'));
  #startedMs = 0;
  #firstTokenMs: number | undefined;
  #text = '';
  #last: Promise<unknown> = Promise.resolve();

  constructor(init: AnswerInit) {
    this.#init = init;
    this.turnId = init.turnId;
    this.draft = init.draft;
    this.context = init.context;
  }

  /** Aborted when the answer is not wanted any more. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Item> {
    const next = this.#last.then(() => this.#next());
    this.#last = next.catch(() => undefined);
    return next;
  }

  async return(): Promise<Item> {
    if (this.#state.name === 'running') this.#state.abort.abort(new Error('The answer was left'));
    this.#state = { name: 'over' };
    return over;
  }

  async throw(error?: unknown): Promise<Item> {
    await this.return();
    throw error;
  }

  async #next(): Promise<Item> {
    if (this.#state.name === 'new') await this.#begin();
    const state = this.#state;
    if (state.name !== 'running') return over;
    try {
      for (;;) {
        const next = state.span.run(() => state.source.next());
        // What comes after an interruption is nobody's concern, also when it is a failure.
        next.catch(() => undefined);
        const result = await Promise.race([next, this.#interrupted.promise]);
        if (state.abort.signal.aborted) return over;
        const value = result.done ? this.#final({}) : this.#take(result.value);
        if (value?.type === 'final') this.#complete(state, value);
        if (value) return { done: false, value };
      }
    } catch (thrown) {
      return this.#fail(state, thrown);
    }
  }

  async #begin(): Promise<void> {
    const { signals, ready, open, openSpan, clock, onBegin } = this.#init;
    this.#state = { name: 'beginning' };
    await ready();
    if (this.#state.name === 'over' || signals.some((signal) => signal?.aborted)) return;
    const abort = new LinkedAbort(...signals);
    this.#signal = abort.signal;
    const span = openSpan();
    const source = span.run(() => open(abort.signal)[Symbol.asyncIterator]());
    const { promise, resolve: released } = Promise.withResolvers<void>();
    const state: Running = { name: 'running', source, abort, span, released };
    this.#state = state;
    this.#startedMs = clock.now();
    abort.signal.addEventListener('abort', () => this.#interrupt(state), { once: true });
    onBegin(promise);
  }

  /** What the consumer gets of an item; nothing of an empty one. */
  #take(item: LLMResponse): LLMResponse | undefined {
    if (item.type === 'final') return this.#final(item);
    if (item.type !== 'delta' || item.delta === '') return undefined;
    const { clock, maxLength } = this.#init;
    this.#firstTokenMs ??= clock.now() - this.#startedMs;
    this.#text += item.delta;
    if (this.#text.length > maxLength)
      throw new Error(`The answer is longer than ${maxLength} characters`);
    this.draft.addText(item.delta);
    return item;
  }

  /** Times and text are what they are, whatever a plugin says; a sum that it does not say is added. */
  #final(final: Partial<LLMFinal>): LLMFinal {
    const { inputTokens, outputTokens } = final;
    const isCounted = inputTokens !== undefined && outputTokens !== undefined;
    return {
      ...(isCounted && { totalTokens: inputTokens + outputTokens }),
      ...final,
      type: 'final',
      text: this.#text,
      latencyMs: this.#init.clock.now() - this.#startedMs,
      ...(this.#firstTokenMs !== undefined && { timeToFirstTokenMs: this.#firstTokenMs }),
    };
  }

  #complete(state: Running, final: LLMFinal): void {
    this.#end(state, this.draft.whole());
    this.#init.onFinal(final);
  }

  #interrupt(state: Running): void {
    if (this.#state === state) this.#end(state, this.draft.rolledBack(), 'interrupted');
    this.#interrupted.resolve(over);
  }

  #fail(state: Running, thrown: unknown): Item {
    if (state.abort.signal.aborted) return over;
    const error = this.#init.onFailure(thrown);
    if (error) state.span.fail(error);
    this.#end(state, this.draft.rolledBack(), error ? undefined : 'interrupted');
    state.abort.abort(error);
    if (error) throw error;
    return over;
  }

  #end(state: Running, messages: Message[], note?: string): void {
    this.#state = { name: 'over' };
    if (note !== undefined) state.span.note(note);
    state.span.end();
    state.abort.release();
    this.#init.onSettled(messages);
    void endOf(state.source).then(state.released);
  }
}

/** Lets a plugin's generator run its last lines. It has said all it had to say: how it ends is no concern any more. */
async function endOf(source: AsyncIterator<LLMResponse>): Promise<void> {
  try {
    await source.return?.();
  } catch {
    return;
  }
}
