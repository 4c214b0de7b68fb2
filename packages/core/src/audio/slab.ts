import type { AudioFormat } from './audio-format.ts';
import type { Samples } from './samples.ts';

const slabBytes = 65_536;
const largestBytes = 16_384;
/** Every view starts where either kind of sample may. */
const alignment = 4;

let slab = new ArrayBuffer(0);
let used = 0;

/**
 * Zeroed samples for an output.
 *
 * Views of up to 16 KiB share a 64 KiB buffer, because in V8 it is the allocation of a buffer that costs, not the
 * copy (0.1 µs instead of up to 0.9). So `samples.buffer` must never be passed on without its offset and length, nor
 * be transferred to a worker.
 */
export function allocateSamples(format: AudioFormat['format'], length: number): Samples {
  return format === 's16' ? allocateInt16(length) : allocateFloat32(length);
}

export function allocateInt16(length: number): Int16Array {
  const bytes = length * Int16Array.BYTES_PER_ELEMENT;
  if (bytes > largestBytes) return new Int16Array(length);
  const offset = take(bytes);
  return new Int16Array(slab, offset, length);
}

export function allocateFloat32(length: number): Float32Array {
  const bytes = length * Float32Array.BYTES_PER_ELEMENT;
  if (bytes > largestBytes) return new Float32Array(length);
  const offset = take(bytes);
  return new Float32Array(slab, offset, length);
}

/** The offset in `slab`, which it may have replaced. */
function take(bytes: number): number {
  if (used + bytes > slab.byteLength) {
    slab = new ArrayBuffer(slabBytes);
    used = 0;
  }
  const offset = used;
  used += Math.ceil(bytes / alignment) * alignment;
  return offset;
}
