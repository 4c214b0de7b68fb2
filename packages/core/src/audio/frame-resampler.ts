import { rateRatio } from './rate-ratio.ts';
import type { RateRatio } from './rate-ratio.ts';
import type { Samples } from './samples.ts';
import { blockFrames } from './stream-filter.ts';
import type { StreamFilter, StreamFilterFactory } from './stream-filter.ts';
import { chooseStreamFilter } from './choose-stream-filter.ts';

/** The rate and the channels of one side of a conversion. */
interface Layout {
  readonly sampleRate: number;
  readonly channels: number;
}

/** Resamples frames that come in pieces of any size, and knows where in time the next output lies. */
export class FrameResampler {
  readonly ratio: RateRatio;
  readonly #filter: StreamFilter;
  #lead = 0;

  constructor(from: Layout, to: Layout, makeFilter: StreamFilterFactory = chooseStreamFilter) {
    this.ratio = rateRatio(from.sampleRate, to.sampleRate);
    this.#filter = makeFilter(this.ratio, { from: from.channels, to: to.channels });
  }

  /** How far the next output lies ahead of the end of the input, in `1 / ratio.to` input frames; at most 0 at rest. */
  get lead(): number {
    return this.#lead;
  }

  /** How many outputs are determined once `frames` more of input are there. */
  determinedBy(frames: number): number {
    const { from, to, reach } = this.ratio;
    return Math.max(0, Math.floor((frames * to - this.#lead - reach) / from) + 1);
  }

  /**
   * Takes in all of the frames, or silence, and writes the outputs that they determine as far as there is room.
   *
   * @returns how many frames of output have been written, `firstFrame` included
   */
  feed(
    input: { samples: Samples | undefined; frames: number },
    output: { samples: Samples; firstFrame: number; frames: number },
  ): number {
    const { from, to } = this.ratio;
    let written = output.firstFrame;
    for (let read = 0; read < input.frames;) {
      const frames = Math.min(blockFrames, input.frames - read);
      const count = Math.min(this.determinedBy(frames), output.frames - written);
      this.#lead -= frames * to;
      this.#filter.advance({ samples: input.samples, firstFrame: read, frames }, this.#lead, {
        samples: output.samples,
        firstFrame: written,
        frames: count,
      });
      this.#lead += count * from;
      read += frames;
      written += count;
    }
    return written;
  }

  /** Starts anew, with the first output at the end of the first `margin` frames. */
  reset(margin = 0): void {
    this.#filter.reset();
    this.#lead = margin * this.ratio.to;
  }
}
