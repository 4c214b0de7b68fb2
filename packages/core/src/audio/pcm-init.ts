import type { Participant } from '../events/participant.ts';
import type { Samples } from './samples.ts';

/** What a `PcmData` is made of. */
export interface PcmInit {
  /** Interleaved; taken as they are, without a copy. */
  samples: Samples;
  /** Frames per second: a positive integer. */
  sampleRate: number;
  /** 1 unless told otherwise. */
  channels?: number | undefined;
  /** Who is heard. */
  participant?: Participant | undefined;
  /** When the first frame was heard, on a clock of the source's choosing. */
  timestampMs?: number | undefined;
}

/** A `PcmInit`, or a `PcmData`, with nothing left to be filled in. */
export interface PcmFields {
  readonly samples: Samples;
  readonly sampleRate: number;
  readonly channels: number;
  readonly participant: Participant | undefined;
  readonly timestampMs: number | undefined;
}
