import { FrameResampler } from './frame-resampler.ts';
import { formatOf } from './samples.ts';
import type { Samples } from './samples.ts';
import { allocateFloat32, allocateSamples } from './slab.ts';
import type { StreamFilterFactory } from './stream-filter.ts';
import { types } from 'node:util';

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
  makeFilter?: StreamFilterFactory,
): Samples {
  const frames = samples.length / from.channels;
  const resampler = new FrameResampler(from, to, makeFilter);
  const { ratio } = resampler;
  const outputFrames = Math.ceil((frames * ratio.to) / ratio.from);
  const output = allocateSamples(formatOf(samples), outputFrames * to.channels);
  if (frames === 0) return output;

  const margin = Math.ceil(ratio.reach / ratio.to);
  const { before, after } = reflections(samples, from.channels, margin);
  resampler.reset(margin);
  let written = 0;
  for (const part of [before, samples, after]) {
    const input = { samples: part, frames: part.length / from.channels };
    written = resampler.feed(input, {
      samples: output,
      firstFrame: written,
      frames: outputFrames,
    });
  }
  return output;
}

/** `margin` frames to go before the samples and after them. */
function reflections(
  samples: Samples,
  channels: number,
  margin: number,
): { before: Float32Array; after: Float32Array } {
  const before = allocateFloat32(margin * channels);
  const after = allocateFloat32(margin * channels);
  const scale = types.isInt16Array(samples) ? 1 / 32_768 : 1;
  const frames = samples.length / channels;
  const period = 2 * (frames - 1);
  for (let channel = 0; channel < channels; channel++) {
    const at = (frame: number): number => {
      const sample = samples[frame * channels + channel] ?? 0;
      return Number.isFinite(sample) ? sample * scale : 0;
    };
    const end = frames - 1;
    const first = at(0);
    const last = at(end);
    const rise = last - first;
    for (let distance = 1; distance <= margin; distance++) {
      // A short signal is reflected more than once; two reflections are a shift by `period` and twice the rise.
      const turns = period === 0 ? 0 : Math.floor(distance / period);
      const rest = period === 0 ? 0 : distance % period;
      const forth = 2 * rise * turns;
      const turned = rest < frames;
      const folded = turned ? rest : period - rest;
      before[(margin - distance) * channels + channel] =
        (turned ? 2 * first - at(folded) : at(folded) - 2 * rise) - forth;
      after[(distance - 1) * channels + channel] =
        (turned ? 2 * last - at(end - folded) : at(end - folded) + 2 * rise) + forth;
    }
  }
  return { before, after };
}
