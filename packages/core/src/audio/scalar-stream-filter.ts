import { planeCount, readPlanes } from './convert-samples.ts';
import { filterFor } from './filter-cache.ts';
import { filterPlanes } from './filter-planes.ts';
import { readAhead } from './filter.ts';
import type { Filter } from './filter.ts';
import type { RateRatio } from './rate-ratio.ts';
import { blockFrames } from './stream-filter.ts';
import type { FilterInput, FilterOutput, StreamFilter } from './stream-filter.ts';

/** In 64-bit floats and TypeScript alone: for any ratio and any runtime, and the measure of what is faster. */
export class ScalarStreamFilter implements StreamFilter {
  readonly #ratio: RateRatio;
  readonly #channels: { from: number; to: number };
  readonly #filter: Filter;
  /** The input that is kept, and room for a block; one plane for each channel that is kept apart. */
  readonly #planes: readonly Float64Array[];

  constructor(ratio: RateRatio, channels: { from: number; to: number }) {
    this.#ratio = ratio;
    this.#channels = channels;
    this.#filter = filterFor(ratio);
    this.#planes = Array.from(
      { length: planeCount(channels.from, channels.to) },
      () => new Float64Array(ratio.taps + blockFrames + readAhead),
    );
  }

  advance(input: FilterInput, lead: number, output: FilterOutput): void {
    const { taps, to } = this.#ratio;
    const { samples, firstFrame, frames } = input;
    if (samples === undefined) {
      for (const plane of this.#planes) plane.fill(0, taps, taps + frames);
    } else {
      const range = { channels: this.#channels.from, firstFrame, frames };
      readPlanes(samples, range, this.#planes, taps);
    }
    const position = (taps + frames) * to + lead;
    const target = { ...output, channels: this.#channels.to };
    filterPlanes(this.#filter, this.#ratio, this.#planes, position, target);
    for (const plane of this.#planes) plane.copyWithin(0, frames, frames + taps);
  }

  reset(): void {
    for (const plane of this.#planes) plane.fill(0);
  }
}
