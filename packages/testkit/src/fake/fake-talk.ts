import type { FakePrompt, FakePromptMessage, FakeToolCall } from './llm-fake.ts';
import type { FakeRealtimeSetup } from './realtime-fake.ts';

/** A piece of an answer, and when its audio ends. */
export interface SpokenPiece {
  readonly text: string;
  readonly endMs: number;
}

interface SpokenAnswer {
  readonly message: { -readonly [K in keyof FakePromptMessage]: FakePromptMessage[K] };
  readonly pieces: readonly SpokenPiece[];
}

/** What was said in a session, as the provider remembers it: also when the connection is lost. */
export class FakeTalk {
  readonly model: string;
  #setup: FakeRealtimeSetup;
  readonly #messages: FakePromptMessage[] = [];
  readonly #answers = new Map<string, SpokenAnswer>();
  readonly #openCalls = new Set<string>();

  constructor(init: FakeRealtimeSetup & { model: string }) {
    this.model = init.model;
    this.#setup = init;
  }

  change(setup: FakeRealtimeSetup): void {
    this.#setup = setup;
  }

  /** What a model is given that answers now. */
  get prompt(): FakePrompt {
    const { instructions, tools } = this.#setup;
    return { model: this.model, instructions, tools, messages: structuredClone(this.#messages) };
  }

  add(message: Pick<FakePromptMessage, 'role' | 'text'> & Partial<FakePromptMessage>): void {
    this.#messages.push({ images: [], toolCalls: [], ...message });
  }

  /** An answer as far as it was spoken, and the calls that it ended with. */
  answered(
    itemId: string,
    pieces: readonly SpokenPiece[],
    toolCalls: readonly FakeToolCall[],
  ): void {
    const text = pieces.map((piece) => piece.text).join('');
    if (text === '' && toolCalls.length === 0) return;
    const message = { role: 'assistant' as const, text, images: [], toolCalls };
    this.#messages.push(message);
    this.#answers.set(itemId, { message, pieces });
    for (const { id } of toolCalls) this.#openCalls.add(id);
  }

  /** @throws Error for a call that was not made, or that has its result */
  result(toolCallId: string, text: string): void {
    if (!this.#openCalls.delete(toolCallId))
      throw new Error(`a result of the call ${toolCallId}, which waits for none`);
    this.add({ role: 'tool', text, toolCallId });
  }

  /**
   * Forgets what was not heard of an answer.
   *
   * @throws Error when there is no such answer, or it has less audio than that
   */
  truncate(itemId: string, playedMs: number): void {
    const answer = this.#answers.get(itemId);
    if (!answer) throw new Error(`there is no audio ${itemId} to be cut`);
    const { message, pieces } = answer;
    const durationMs = pieces.at(-1)?.endMs ?? 0;
    if (!Number.isInteger(playedMs) || playedMs < 0 || playedMs > durationMs)
      throw new Error(`${itemId} has ${durationMs} ms of audio, ${playedMs} can't be heard of it`);
    const heard = pieces.filter(({ endMs }) => endMs <= playedMs);
    message.text = heard.map(({ text }) => text).join('');
    if (message.text === '' && message.toolCalls.length === 0)
      this.#messages.splice(this.#messages.indexOf(message), 1);
  }
}
