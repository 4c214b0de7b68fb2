import type { PcmData } from '../audio/index.ts';
import type { Participant } from '../events/participant.ts';

/** What all output has: which turn it belongs to, and the epoch in which it was made. */
interface OfTurn {
  turnId: string;
  /** `Realtime.epoch` when it was put out. Audio with a lower one than that is stale. */
  epoch: number;
}

/**
 * What comes out of a speech-to-speech model. A turn is what a user says, or a text that is asked, and the answer to it.
 *
 * Times are the provider's: an answer is mostly made faster than it is heard.
 */
export type RealtimeOutput =
  /** The agent's voice, in `outputFormat`, cut as it came. */
  | ({ type: 'audio-output'; pcm: PcmData } & OfTurn)
  /**
   * All audio of a response has come; or, `interrupted`, none of the turn is wanted any more: what still plays of it
   * must stop. `playedMs` is then what was heard of the turn, as far as that is known.
   */
  | ({ type: 'audio-output-done'; interrupted: boolean; playedMs?: number | undefined } & OfTurn)
  /** What a user said; a partial text may still change, and holds all that was heard so far. */
  | ({
      type: 'user-transcript';
      mode: 'partial' | 'final';
      text: string;
      participant?: Participant | undefined;
    } & OfTurn)
  /** What the agent says in one response: all of it so far. Interrupted, the final text is what was heard. */
  | ({ type: 'agent-transcript'; mode: 'partial' | 'final'; text: string } & OfTurn)
  /** The provider hears a user, or hears one no more. */
  | ({
      type: 'user-speech-started' | 'user-speech-ended';
      participant?: Participant | undefined;
    } & OfTurn)
  /** The first audio of a response has come. */
  | ({ type: 'agent-speech-started' } & OfTurn)
  /** The last has. */
  | ({ type: 'agent-speech-ended'; interrupted: boolean } & OfTurn);
