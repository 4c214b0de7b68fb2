import { describeValue } from '../describe-value.ts';

/** The two laws of ITU-T G.711: µ-law in North America and Japan, A-law elsewhere. */
export type G711Law = 'mulaw' | 'alaw';

/** Segments begin at 33, 66, 132 … once 33 has been added to the 14-bit magnitude. */
const mulawBias = 33;

const mulaw = Int16Array.from({ length: 256 }, (_, code) => expandMulaw(code));
const alaw = Int16Array.from({ length: 256 }, (_, code) => expandAlaw(code));

/** @throws RangeError for an unknown law */
export function decodeG711(bytes: Uint8Array, law: G711Law): Int16Array {
  checkLaw(law);
  const table = law === 'mulaw' ? mulaw : alaw;
  const samples = new Int16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) samples[i] = table[bytes[i] ?? 0] ?? 0;
  return samples;
}

/** @throws RangeError for an unknown law */
export function encodeG711(samples: Int16Array, law: G711Law): Uint8Array<ArrayBuffer> {
  checkLaw(law);
  const compress = law === 'mulaw' ? compressMulaw : compressAlaw;
  const bytes = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) bytes[i] = compress(samples[i] ?? 0);
  return bytes;
}

function checkLaw(law: G711Law): void {
  if (law !== 'mulaw' && law !== 'alaw') {
    throw new RangeError(`law must be 'mulaw' or 'alaw', got ${describeValue(law)}`);
  }
}

// The laws are those of ITU-T G.711, tables 1 and 2, on values left-justified to 16 bits, and what lies on a decision
// value goes the way of the reference software (ITU-T G.191, g711.c). A code is a sign, a segment of 3 bits and a step
// of 4; µ-law inverts all of its bits, A-law every other one.

function expandMulaw(code: number): number {
  const inverted = ~code & 0xff;
  const segment = (inverted >> 4) & 7;
  const step = inverted & 15;
  const magnitude = ((2 * step + mulawBias) << segment) - mulawBias;
  return (code & 0x80 ? magnitude : -magnitude) << 2;
}

function compressMulaw(sample: number): number {
  const magnitude = Math.min(0x1fff, ((sample < 0 ? ~sample : sample) >> 2) + mulawBias);
  const segment = 26 - Math.clz32(magnitude);
  const step = (magnitude >> (segment + 1)) & 15;
  const code = ~((segment << 4) | step) & 0x7f;
  return sample < 0 ? code : code | 0x80;
}

function expandAlaw(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = bits & 15;
  const magnitude = segment === 0 ? 2 * step + 1 : (2 * step + 33) << (segment - 1);
  return (bits & 0x80 ? magnitude : -magnitude) << 3;
}

function compressAlaw(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const segment = Math.max(0, 28 - Math.clz32(magnitude));
  const step = (magnitude >> Math.max(0, segment - 1)) & 15;
  const bits = (segment << 4) | step;
  return (sample < 0 ? bits : bits | 0x80) ^ 0x55;
}
