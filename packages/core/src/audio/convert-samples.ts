import { types } from 'node:util';
import type { AudioFormat } from './audio-format.ts';
import type { Samples } from './samples.ts';
import { allocateFloat32, allocateInt16, allocateSamples } from './slab.ts';

/**
 * Full scale of 16 bits. A power of two, so that every 16-bit sample comes back unchanged from a float; +1.0 itself
 * becomes 32767.
 */
const fullScale = 32_768;
const int16Unit = 1 / fullScale;

/** The nearest 16-bit sample: clipped, NaN as 0. */
export function floatToInt16(value: number): number {
  const scaled = value * fullScale;
  if (scaled >= 32_767) return 32_767;
  if (scaled <= -32_768) return -32_768;
  return Number.isNaN(scaled) ? 0 : Math.round(scaled);
}

export function toInt16Samples(samples: Float32Array): Int16Array {
  const converted = allocateInt16(samples.length);
  for (let i = 0; i < samples.length; i++) converted[i] = floatToInt16(samples[i] ?? 0);
  return converted;
}

export function toFloat32Samples(samples: Int16Array): Float32Array {
  const converted = allocateFloat32(samples.length);
  for (let i = 0; i < samples.length; i++) converted[i] = (samples[i] ?? 0) * int16Unit;
  return converted;
}

/** A run of whole frames in interleaved samples. */
export interface FrameRange {
  channels: number;
  firstFrame: number;
  frames: number;
}

/**
 * Spreads interleaved frames onto planes from `offset` on, as floats of full scale 1: one channel each, or the mean
 * of the channels onto a single plane. What is not finite counts as 0, since a filter would smear it.
 */
export function readPlanes(
  samples: Samples,
  range: FrameRange,
  planes: readonly Float64Array[],
  offset: number,
): void {
  if (types.isInt16Array(samples)) readInt16(samples, range, planes, offset);
  else readFloat32(samples, range, planes, offset);
}

/** Interleaves planes from their start; a single plane goes to every channel. */
export function writeSamples(
  planes: readonly Float64Array[],
  samples: Samples,
  range: FrameRange,
): void {
  if (types.isInt16Array(samples)) writeInt16(planes, samples, range);
  else writeFloat32(planes, samples, range);
}

// One function per kind of array keeps the compiled loops monomorphic, which makes them several times faster.

function readInt16(
  samples: Int16Array,
  { channels, firstFrame, frames }: FrameRange,
  planes: readonly Float64Array[],
  offset: number,
): void {
  const summed = planes.length === 1 ? channels : 1;
  const scale = int16Unit / summed;
  let first = firstFrame * channels;
  for (const plane of planes) {
    for (let frame = 0, from = first; frame < frames; frame++, from += channels) {
      let sum = samples[from] ?? 0;
      for (let channel = 1; channel < summed; channel++) sum += samples[from + channel] ?? 0;
      plane[offset + frame] = sum * scale;
    }
    first += 1;
  }
}

function readFloat32(
  samples: Float32Array,
  { channels, firstFrame, frames }: FrameRange,
  planes: readonly Float64Array[],
  offset: number,
): void {
  const summed = planes.length === 1 ? channels : 1;
  const scale = 1 / summed;
  let first = firstFrame * channels;
  for (const plane of planes) {
    for (let frame = 0, from = first; frame < frames; frame++, from += channels) {
      let sum = samples[from] ?? 0;
      for (let channel = 1; channel < summed; channel++) sum += samples[from + channel] ?? 0;
      plane[offset + frame] = Number.isFinite(sum) ? sum * scale : 0;
    }
    first += 1;
  }
}

function writeInt16(
  planes: readonly Float64Array[],
  samples: Int16Array,
  { channels, firstFrame, frames }: FrameRange,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const plane = planes[planes.length === 1 ? 0 : channel];
    if (plane === undefined) break;
    let to = firstFrame * channels + channel;
    for (let frame = 0; frame < frames; frame++, to += channels)
      samples[to] = floatToInt16(plane[frame] ?? 0);
  }
}

function writeFloat32(
  planes: readonly Float64Array[],
  samples: Float32Array,
  { channels, firstFrame, frames }: FrameRange,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const plane = planes[planes.length === 1 ? 0 : channel];
    if (plane === undefined) break;
    let to = firstFrame * channels + channel;
    for (let frame = 0; frame < frames; frame++, to += channels) samples[to] = plane[frame] ?? 0;
  }
}

/** How many channels are kept apart on the way: all when their number stays, one mean otherwise. */
export function planeCount(fromChannels: number, toChannels: number): number {
  return fromChannels === toChannels ? fromChannels : 1;
}

/** Other channels and another format at the same rate; the samples themselves when nothing changes. */
export function convertLayout(
  samples: Samples,
  channels: number,
  to: { channels: number; format: AudioFormat['format'] },
): Samples {
  if (channels !== to.channels) {
    const frames = samples.length / channels;
    const mean = [new Float64Array(frames)];
    readPlanes(samples, { channels, firstFrame: 0, frames }, mean, 0);
    const converted = allocateSamples(to.format, frames * to.channels);
    writeSamples(mean, converted, { channels: to.channels, firstFrame: 0, frames });
    return converted;
  }
  if (to.format === 's16') return types.isFloat32Array(samples) ? toInt16Samples(samples) : samples;
  return types.isInt16Array(samples) ? toFloat32Samples(samples) : samples;
}
