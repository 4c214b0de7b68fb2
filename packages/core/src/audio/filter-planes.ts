import { writeSamples } from './convert-samples.ts';
import type { Filter } from './filter.ts';
import type { RateRatio } from './rate-ratio.ts';
import type { FilterOutput } from './stream-filter.ts';

/** Outputs computed at a time, so that the scratch memory, which all streams share, stays small. */
const scratchFrames = 4096;
const scratch: Float64Array[] = [];

/**
 * Filters planes of input frames and interleaves what comes out.
 *
 * @param position of the first output in the planes, in `1 / ratio.to` input frames
 */
export function filterPlanes(
  filter: Filter,
  ratio: RateRatio,
  planes: readonly Float64Array[],
  position: number,
  { samples, channels, firstFrame, frames }: FilterOutput & { channels: number },
): void {
  while (scratch.length < planes.length) scratch.push(new Float64Array(scratchFrames));
  const filtered = scratch.slice(0, planes.length);
  for (let done = 0; done < frames; done += scratchFrames) {
    const count = Math.min(scratchFrames, frames - done);
    for (const [index, plane] of planes.entries()) {
      const output = filtered[index];
      if (output !== undefined) filter.run(plane, position + done * ratio.from, output, count);
    }
    writeSamples(filtered, samples, { channels, firstFrame: firstFrame + done, frames: count });
  }
}
