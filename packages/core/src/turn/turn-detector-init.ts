import type { AudioFormat } from '../audio/index.ts';
import type { ComponentInit } from '../component/component.ts';
import type { Participant } from '../events/participant.ts';

export interface TurnDetectorSettings extends ComponentInit {
  /** What the detector hears; the base converts to it. 16 kHz mono f32 unless told otherwise. */
  inputFormat?: AudioFormat | undefined;
  /** Samples of each channel in a frame: exactly so many come at once. 512 unless told otherwise. */
  frameSize?: number | undefined;
  /**
   * A turn that was started ends by itself once its speaker was not heard for so long, in milliseconds: neither by the
   * detector nor as anything loud. 3000 unless told otherwise.
   */
  giveUpMs?: number | undefined;
  /** Audio of one speaker that waits while the detector is busy, in milliseconds; then the oldest goes. 10,000 unless told otherwise. */
  maxBacklogMs?: number | undefined;
  /** True when the detector looks at one frame at a time, over all speakers. */
  serial?: boolean | undefined;
}

export interface SpeakerState<State> {
  /** Makes what the detector keeps of a speaker, when they are first heard. */
  createState: (participant: Participant | undefined) => State;
}

/** What a detector says of itself; with `createState` when it keeps something of each speaker. */
export type TurnDetectorInit<State = undefined> = TurnDetectorSettings &
  (undefined extends State ? Partial<SpeakerState<State>> : SpeakerState<State>);

/** What a detector is given with each frame. */
export interface TurnContext<State = undefined> {
  /**
   * Aborted when the speaker leaves, and when the component closes. Not for `runInWorker()`, where it would replace the
   * thread that looks at the frames of others too.
   */
  signal: AbortSignal;
  /** What is kept of this speaker, as `createState` made it: change its fields, it is the same object each time. */
  state: State;
}
