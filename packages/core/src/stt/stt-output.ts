import type { Participant } from '../events/participant.ts';

/** What a provider may tell of a transcript besides its text. */
export interface TranscriptDetails {
  /** 0 to 1. */
  confidence?: number | null | undefined;
  /** BCP 47, as `en-GB`. */
  language?: string | null | undefined;
  /** How much audio the text is made of. */
  audioDurationMs?: number | null | undefined;
  /** How long the provider took. */
  processingTimeMs?: number | null | undefined;
  /** Which model made it, where that is not the one asked for. */
  modelName?: string | null | undefined;
}

/** What was said. A `partial` may still change; the next one of the same turn replaces it. */
export interface Transcript {
  type: 'transcript';
  mode: 'partial' | 'final';
  /** Never empty. */
  text: string;
  participant?: Participant | undefined;
  turnId: string;
  confidence?: number | undefined;
  language?: string | undefined;
  audioDurationMs?: number | undefined;
  processingTimeMs?: number | undefined;
  modelName?: string | undefined;
}

/** What a provider may tell of a turn. */
export interface TurnDetails {
  /** 0 to 1. */
  confidence?: number | null | undefined;
  /** The provider thinks that the turn has ended, and may still take it back. */
  eager?: boolean | undefined;
  /** Silence after the last word. */
  trailingSilenceMs?: number | null | undefined;
  /** From the first word to the last. */
  durationMs?: number | null | undefined;
}

/** Someone began to speak, went on after an eager end, or ended. */
export interface Turn {
  type: 'turn-started' | 'turn-resumed' | 'turn-ended';
  participant?: Participant | undefined;
  turnId: string;
  confidence?: number | undefined;
  eager?: boolean | undefined;
  trailingSilenceMs?: number | undefined;
  durationMs?: number | undefined;
}

export type STTOutput = Transcript | Turn;
