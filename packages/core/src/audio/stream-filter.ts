import type { RateRatio } from './rate-ratio.ts';
import type { Samples } from './samples.ts';

/** Interleaved frames to read, of either format: from `firstFrame`, `frames` of them; silence without samples. */
export interface FilterInput {
  samples: Samples | undefined;
  firstFrame: number;
  frames: number;
}

/** Interleaved frames to write: from `firstFrame`, `frames` of them. */
export interface FilterOutput {
  samples: Samples;
  firstFrame: number;
  frames: number;
}

/**
 * Filters one stream, block by block.
 *
 * It keeps the last `ratio.taps` frames, which is as far back as an output can reach that was not determined before.
 */
export interface StreamFilter {
  /**
   * Takes in the next frames, at most `blockFrames`, then computes outputs.
   *
   * @param lead how far the first output lies ahead of the end of the input, in `1 / ratio.to` input frames: never above
   * 0, but for no outputs
   */
  advance(input: FilterInput, lead: number, output: FilterOutput): void;
  /** Forgets the input: silence lies before what comes next. */
  reset(): void;
}

/** Input is taken in so many frames at a time: 20 ms at 48 kHz is one block, and memory stays small for any input. */
export const blockFrames = 1024;

/** Makes the filter of a stream that goes from one number of channels to another. */
export type StreamFilterFactory = (
  ratio: RateRatio,
  channels: { from: number; to: number },
) => StreamFilter;
