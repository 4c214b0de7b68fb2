import { types } from 'node:util';
import type { AudioFormat } from './audio-format.ts';

/** Interleaved samples, as a `PcmData` holds them. */
export type Samples = Int16Array | Float32Array;

/** Also for arrays of another realm, which `instanceof` does not know. */
export function isSamples(value: unknown): value is Samples {
  return types.isInt16Array(value) || types.isFloat32Array(value);
}

export function formatOf(samples: Samples): AudioFormat['format'] {
  return samples.BYTES_PER_ELEMENT === 2 ? 's16' : 'f32';
}

export function sampleBytes(format: AudioFormat['format']): number {
  return format === 's16' ? 2 : 4;
}

/** The bytes of the samples as they lie in memory, which is little-endian wherever Node is commonly run. */
export function bytesOf(samples: Samples): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** Samples of their own memory from little-endian bytes at any offset; an incomplete last frame is left out. */
export function samplesFromBytes(
  bytes: Uint8Array,
  { channels, format }: Pick<AudioFormat, 'channels' | 'format'>,
): Samples {
  const frameBytes = channels * sampleBytes(format);
  const length = Math.floor(bytes.byteLength / frameBytes) * channels;
  const samples = format === 's16' ? new Int16Array(length) : new Float32Array(length);
  bytesOf(samples).set(bytes.subarray(0, samples.byteLength));
  return samples;
}

/** Samples of their own memory, `before` zeros in front of them and `after` behind. */
export function padSamples(samples: Samples, before: number, after: number): Samples {
  const length = before + samples.length + after;
  const padded = formatOf(samples) === 's16' ? new Int16Array(length) : new Float32Array(length);
  padded.set(samples, before);
  return padded;
}

/** One array of all parts, which must be of one kind and at least one. */
export function concatSamples(parts: readonly Samples[]): Samples {
  const [first] = parts;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole =
    first === undefined || formatOf(first) === 's16'
      ? new Int16Array(length)
      : new Float32Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
