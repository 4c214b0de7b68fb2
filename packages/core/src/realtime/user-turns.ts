import type { Participant } from '../events/participant.ts';
import type { Conversation } from '../llm/conversation.ts';
import type { RealtimeEvent } from './realtime-event.ts';
import type { RealtimeOutput } from './realtime-output.ts';
import { RealtimeTurn } from './realtime-turn.ts';
import { SpokenRecord } from './turn-record.ts';

/** So many turns are known by the provider's name for what was said; a transcript comes at most a few turns late. */
const MAX_KNOWN = 32;

interface UserTurn {
  readonly turn: RealtimeTurn;
  readonly record: SpokenRecord;
  itemId: string | undefined;
  /** What was heard of the text that is not final yet. */
  text: string;
  /** A text that will not change has come. */
  told: boolean;
  state: 'speaking' | 'waiting' | 'answered';
}

type OfUser = Extract<
  RealtimeEvent,
  { type: 'user-speech-started' | 'user-speech-ended' | 'user-transcript' }
>;

export interface UserTurnsInit {
  readonly conversation: Conversation;
  readonly epoch: () => number;
  readonly now: () => number;
  /** Whose voice is heard. */
  readonly speaker: () => Participant | undefined;
  readonly put: (item: RealtimeOutput) => void;
  onTranscript(): void;
}

/** What users say, as the provider hears it, and which turn each of it begins. */
export class UserTurns {
  readonly #init: UserTurnsInit;
  #turns: UserTurn[] = [];

  constructor(init: UserTurnsInit) {
    this.#init = init;
  }

  started({ itemId }: Extract<OfUser, { type: 'user-speech-started' }>): void {
    const user = this.#begin(itemId ?? undefined);
    this.#put('user-speech-started', user);
  }

  ended({ itemId }: Extract<OfUser, { type: 'user-speech-ended' }>): void {
    const user = this.#find(itemId);
    if (user?.state !== 'speaking') return;
    user.state = 'waiting';
    user.turn.askedMs = this.#init.now();
    this.#put('user-speech-ended', user);
  }

  transcript({ mode, text, itemId }: Extract<OfUser, { type: 'user-transcript' }>): void {
    const known = this.#find(itemId);
    // Without a name, what comes after the last text of an answered turn is of another.
    const over = known?.state === 'answered' && known.told && known.itemId !== itemId;
    const user = known === undefined || over ? this.#begin(itemId ?? undefined, 'waiting') : known;
    if (mode === 'delta') user.text += text ?? '';
    else user.text = text ?? user.text;
    const said = user.text.trim();
    if (mode === 'final') {
      user.text = '';
      user.told = true;
    }
    if (said === '') return;
    const { turn, record } = user;
    if (mode === 'final') {
      record.said(said);
      this.#init.onTranscript();
    }
    this.#init.put({
      type: 'user-transcript',
      mode: mode === 'final' ? 'final' : 'partial',
      text: said,
      participant: turn.participant,
      turnId: turn.id,
      epoch: this.#init.epoch(),
    });
  }

  /** The turn that a response answers which nobody else has asked for; what was said before it is answered by it too. */
  answer(): RealtimeTurn {
    const unanswered = this.#turns.filter(({ state }) => state !== 'answered');
    const answered =
      unanswered.findLast(({ state }) => state === 'waiting') ??
      unanswered.at(-1) ??
      this.#begin(undefined, 'answered');
    for (const user of unanswered) {
      user.state = 'answered';
      if (user === answered) break;
    }
    return answered.turn;
  }

  /** What users have ended to say is not to be answered any more. */
  retire(): void {
    for (const { state, turn } of this.#turns) if (state === 'waiting') turn.retired = true;
  }

  /** The connection was lost: what it heard will not be answered. */
  lost(): void {
    for (const user of this.#turns) user.state = 'answered';
  }

  #begin(itemId: string | undefined, state: UserTurn['state'] = 'speaking'): UserTurn {
    const { conversation, speaker } = this.#init;
    const participant = speaker();
    const turnId = crypto.randomUUID();
    const record = new SpokenRecord({ conversation, turnId, participant });
    const turn = new RealtimeTurn({ id: turnId, participant, record });
    const user: UserTurn = { turn, record, itemId, text: '', told: false, state };
    this.#turns = [...this.#turns, user].slice(-MAX_KNOWN);
    return user;
  }

  #find(itemId: string | null | undefined): UserTurn | undefined {
    if (itemId === null || itemId === undefined) return this.#turns.at(-1);
    return this.#turns.findLast((user) => user.itemId === itemId) ?? this.#adopt(itemId);
  }

  /** The last turn, where the provider's name for it was not known yet. */
  #adopt(itemId: string): UserTurn | undefined {
    const last = this.#turns.at(-1);
    if (last?.itemId !== undefined || last?.state === 'answered') return undefined;
    if (last) last.itemId = itemId;
    return last;
  }

  #put(type: 'user-speech-started' | 'user-speech-ended', { turn }: UserTurn): void {
    const { participant, id: turnId } = turn;
    this.#init.put({ type, participant, turnId, epoch: this.#init.epoch() });
  }
}
