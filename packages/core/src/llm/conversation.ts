import { describeValue } from '../describe-value.ts';
import type { Participant } from '../events/participant.ts';
import { estimateTokens } from './estimate-tokens.ts';
import type { ContentPart, Message } from './message.ts';

/** How much of a conversation is kept. What is too much goes turn by turn, the oldest first; the newest turn stays. */
export interface ConversationBounds {
  maxTurns: number;
  /** As `countTokens` counts them. */
  maxTokens: number;
  /** An estimate unless given: a token for four characters, a thousand for an image. */
  countTokens: (message: Message) => number;
}

export const defaultConversationBounds: Readonly<ConversationBounds> = Object.freeze({
  maxTurns: 100,
  maxTokens: 32_000,
  countTokens: estimateTokens,
});

/** A message without calls and results, which belong to the answer that they were made for. */
export interface PlainMessage {
  role: 'system' | 'user' | 'assistant';
  content: string | ContentPart[];
  participant?: Participant | undefined;
}

interface Turn {
  readonly id: string;
  /** Where it belongs among the others. */
  readonly order: number;
  readonly messages: readonly Message[];
}

/**
 * What was said, in order: the one history that every request is made from.
 *
 * It is made of turns: what somebody said, with the calls and the answer that followed. A turn comes in when its
 * answer is over, at the place that it had when it was asked for. It goes as a whole, so a call is never without its
 * result. System messages from before the first turn stay.
 */
export class Conversation {
  #bounds: ConversationBounds;
  #turns: Turn[] = [];
  #lastOrder = 0;

  constructor(bounds: Partial<ConversationBounds> = {}) {
    this.#bounds = withBounds(defaultConversationBounds, bounds);
  }

  get messages(): readonly Message[] {
    return this.#turns.flatMap(({ messages }) => messages);
  }

  get bounds(): Readonly<ConversationBounds> {
    return this.#bounds;
  }

  /**
   * Changes how much is kept, and lets go of what is too much.
   *
   * @throws RangeError for a bound that is not a positive number
   */
  limitTo(bounds: Partial<ConversationBounds>): void {
    this.#bounds = withBounds(this.#bounds, bounds);
    this.#trim();
  }

  /** Adds what was said without a model: a greeting, or what the model should know. */
  add(
    { role, content, participant }: PlainMessage,
    options: { turnId?: string | undefined } = {},
  ): void {
    const { turnId = crypto.randomUUID() } = options;
    const added: Message = { role, content, ...(participant && { participant }) };
    const turn = this.#find(turnId);
    this.put({
      id: turnId,
      order: turn?.order ?? this.reserve(),
      messages: [...(turn?.messages ?? []), added],
    });
  }

  /**
   * Cuts a turn's answer to what was heard of it, also one that was interrupted. Calls and their results stay, because
   * they have happened.
   *
   * @returns false when there is no such turn any more
   */
  cutTo(turnId: string, heard: string): boolean {
    const turn = this.#find(turnId);
    if (!turn) return false;
    const messages = turn.messages.flatMap((message): Message[] => {
      if (message.role !== 'assistant') return [message];
      return message.toolCalls ? [{ ...message, content: '' }] : [];
    });
    if (heard.trim() !== '') messages.push({ role: 'assistant', content: heard });
    this.put({ ...turn, messages });
    return true;
  }

  /**
   * Forgets a whole turn, also what was asked: for an answer that was begun too early.
   *
   * @returns false when there is no such turn any more
   */
  remove(turnId: string): boolean {
    const before = this.#turns.length;
    this.#turns = this.#turns.filter(({ id }) => id !== turnId);
    return this.#turns.length < before;
  }

  clear(): void {
    this.#turns = [];
  }

  /** A place after all that there are, for a turn that will come in later. */
  reserve(): number {
    this.#lastOrder += 1;
    return this.#lastOrder;
  }

  /** Puts a turn in its place; one of the same name is replaced. */
  put(turn: Turn): void {
    this.remove(turn.id);
    if (turn.messages.length === 0) return;
    const next = this.#turns.findIndex(({ order }) => order > turn.order);
    this.#turns.splice(next === -1 ? this.#turns.length : next, 0, turn);
    this.#trim();
  }

  #find(turnId: string): Turn | undefined {
    return this.#turns.find(({ id }) => id === turnId);
  }

  #trim(): void {
    const { maxTurns, maxTokens, countTokens } = this.#bounds;
    const first = this.#turns.findIndex(({ messages }) =>
      messages.some(({ role }) => role !== 'system'),
    );
    if (first === -1) return;
    let tokens = 0;
    let kept = 0;
    const later = this.#turns.slice(first);
    for (const { messages } of later.toReversed()) {
      tokens += messages.reduce((sum, message) => sum + countTokens(message), 0);
      if (kept > 0 && (kept >= maxTurns || tokens > maxTokens)) break;
      kept += 1;
    }
    this.#turns = [...this.#turns.slice(0, first), ...later.slice(later.length - kept)];
  }
}

function withBounds(
  before: ConversationBounds,
  { maxTurns, maxTokens, countTokens }: Partial<ConversationBounds>,
): ConversationBounds {
  const bounds = {
    maxTurns: maxTurns ?? before.maxTurns,
    maxTokens: maxTokens ?? before.maxTokens,
    countTokens: countTokens ?? before.countTokens,
  };
  for (const name of ['maxTurns', 'maxTokens'] as const) {
    if (!(bounds[name] > 0))
      throw new RangeError(`${name} is a positive number, got ${describeValue(bounds[name])}`);
  }
  return bounds;
}
