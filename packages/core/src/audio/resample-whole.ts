import { planeCount, readPlanes } from './convert-samples.ts';
import { filterFor } from './filter-cache.ts';
import { readAhead } from './filter.ts';
import { filterPlanes } from './filter-planes.ts';
import { rateRatio } from './rate-ratio.ts';
import { formatOf } from './samples.ts';
import type { Samples } from './samples.ts';
import { allocateSamples } from './slab.ts';

/**
 * Resamples a recording that is complete: no delay, `ceil(frames · to / from)` frames.
 *
 * Beyond its ends the sound is continued by odd reflection (the signal turned about its last sample), which keeps
 * value and slope and so leaves the least of a seam.
 */
export function resampleWhole(
  samples: Samples,
  from: { sampleRate: number; channels: number },
  to: { sampleRate: number; channels: number },
): Samples {
  const frames = samples.length / from.channels;
  const ratio = rateRatio(from.sampleRate, to.sampleRate);
  const outputFrames = Math.ceil((frames * ratio.to) / ratio.from);
  const output = allocateSamples(formatOf(samples), outputFrames * to.channels);
  if (frames === 0) return output;

  const margin = Math.ceil(ratio.reach / ratio.to);
  const planes = Array.from(
    { length: planeCount(from.channels, to.channels) },
    () => new Float64Array(margin + frames + margin + readAhead),
  );
  readPlanes(samples, { channels: from.channels, firstFrame: 0, frames }, planes, margin);
  for (const plane of planes) reflectEnds(plane, margin, frames);
  filterPlanes(filterFor(ratio), ratio, planes, margin * ratio.to, {
    samples: output,
    channels: to.channels,
    firstFrame: 0,
    frames: outputFrames,
  });
  return output;
}

/** Continues the `frames` from `start` on by odd reflection over `start` places to both sides. */
function reflectEnds(plane: Float64Array, start: number, frames: number): void {
  const end = start + frames - 1;
  const first = plane[start] ?? 0;
  const last = plane[end] ?? 0;
  const rise = last - first;
  const period = 2 * (frames - 1);
  for (let distance = 1; distance <= start; distance++) {
    // A short signal is reflected more than once; two reflections are a shift by `period` and twice the rise.
    const turns = period === 0 ? 0 : Math.floor(distance / period);
    const rest = period === 0 ? 0 : distance % period;
    const folded = rest < frames ? rest : period - rest;
    const forth = 2 * rise * turns;
    if (rest < frames) {
      plane[start - distance] = 2 * first - (plane[start + folded] ?? 0) - forth;
      plane[end + distance] = 2 * last - (plane[end - folded] ?? 0) + forth;
    } else {
      plane[start - distance] = (plane[start + folded] ?? 0) - 2 * rise - forth;
      plane[end + distance] = (plane[end - folded] ?? 0) + 2 * rise + forth;
    }
  }
}
