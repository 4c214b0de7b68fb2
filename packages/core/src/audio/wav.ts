import { checkInteger } from './check-number.ts';
import { describeValue } from '../describe-value.ts';
import { decodeG711 } from './g711.ts';
import type { PcmFields } from './pcm-init.ts';
import { bytesOf, formatOf, samplesFromBytes } from './samples.ts';
import type { Samples } from './samples.ts';

// Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0" (RIFF, WAVE);
// Microsoft, "Multiple Channel Audio Data and WAVE Files" (WAVE_FORMAT_EXTENSIBLE).

const formatTag = { pcm: 1, float: 3, alaw: 6, mulaw: 7, extensible: 0xfffe } as const;

const readableTags: ReadonlySet<number> = new Set([
  formatTag.pcm,
  formatTag.float,
  formatTag.alaw,
  formatTag.mulaw,
]);

/** What a program that streams writes as a size, since it does not know it yet. */
export const unknownSizes: ReadonlySet<number> = new Set([0, 0x7fff_f000, 0xffff_ffff]);

/** The last 14 bytes of the GUIDs that stand for a format tag, KSDATAFORMAT_SUBTYPE_…, which is in the first 2. */
const guidOfTag = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

export interface WavFormat {
  tag: number;
  channels: number;
  sampleRate: number;
  /** Bits that count. */
  bits: number;
  /** Bytes that a sample takes, with its padding. */
  sampleBytes: number;
}

type WavAudio = Pick<PcmFields, 'samples' | 'sampleRate' | 'channels'>;

/**
 * Reads a WAV: PCM of 8, 16, 24 and 32 bits, floats of 32 and 64, µ-law and A-law, plain or extensible.
 * 16 bits, 8 bits and G.711 become s16; what holds more becomes f32.
 *
 * @throws RangeError or TypeError naming what is wrong
 */
export function decodeWav(bytes: Uint8Array): WavAudio {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || text(bytes, 0) !== 'RIFF' || text(bytes, 8) !== 'WAVE') {
    const found = describeValue(text(bytes, 0));
    throw new RangeError(
      `not a WAV: expected "RIFF", a size and "WAVE", got ${String(bytes.length)} bytes that begin with ${found}`,
    );
  }
  let format: WavFormat | undefined;
  for (let offset = 12; offset + 8 <= bytes.length;) {
    const id = text(bytes, offset);
    const size = view.getUint32(offset + 4, true);
    const start = offset + 8;
    if (id === 'data') {
      if (format === undefined) throw new RangeError(`not a WAV: no "fmt " chunk before "data"`);
      return decodeSamples(
        bytes.subarray(start, start + dataSize(size, bytes.length - start)),
        format,
      );
    }
    if (id === 'fmt ') {
      const length = checkSize(id, size, bytes.length - start);
      format = readFormat(new DataView(view.buffer, view.byteOffset + start, length));
    }
    offset = start + size + (size % 2);
  }
  const missing = format === undefined ? '"fmt "' : '"data"';
  throw new RangeError(
    `not a WAV, or one cut short: no ${missing} chunk in ${String(bytes.length)} bytes`,
  );
}

/** Writes s16 as 16-bit PCM and f32 as 32-bit IEEE float. */
export function encodeWav({ samples, sampleRate, channels }: WavAudio): Uint8Array<ArrayBuffer> {
  const float = formatOf(samples) === 'f32';
  const data = bytesOf(samples);
  const sampleBytes = samples.BYTES_PER_ELEMENT;
  const frameBytes = channels * sampleBytes;
  // Formats other than PCM have the size of their extension, and a "fact" chunk with the number of frames.
  const formatSize = float ? 18 : 16;
  const factSize = float ? 12 : 0;
  const padding = data.length % 2;
  const dataStart = 12 + 8 + formatSize + factSize + 8;
  const bytes = new Uint8Array(dataStart + data.length + padding);
  const view = new DataView(bytes.buffer);

  putText(bytes, 0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  putText(bytes, 8, 'WAVEfmt ');
  view.setUint32(16, formatSize, true);
  view.setUint16(20, float ? formatTag.float : formatTag.pcm, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, sampleBytes * 8, true);
  if (float) {
    putText(bytes, 38, 'fact');
    view.setUint32(42, 4, true);
    view.setUint32(46, samples.length / channels, true);
  }
  putText(bytes, dataStart - 8, 'data');
  view.setUint32(dataStart - 4, data.length, true);
  bytes.set(data, dataStart);
  return bytes;
}

function dataSize(declared: number, available: number): number {
  return unknownSizes.has(declared) ? available : checkSize('data', declared, available);
}

function checkSize(id: string, declared: number, available: number): number {
  if (declared <= available) return declared;
  throw new RangeError(
    `the WAV is cut short: its "${id}" chunk is of ${String(declared)} bytes, ${String(available)} are there`,
  );
}

export function readFormat(view: DataView): WavFormat {
  if (view.byteLength < 16) {
    throw new RangeError(
      `not a WAV: a "fmt " chunk has 16 bytes or more, got ${String(view.byteLength)}`,
    );
  }
  const tag = readTag(view);
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const frameBytes = view.getUint16(12, true);
  const bits = view.getUint16(14, true);
  checkInteger('channels of the WAV', channels);
  checkInteger('sampleRate of the WAV', sampleRate);
  const sampleBytes = frameBytes / channels;
  if (!readableTags.has(tag)) throw unsupported({ tag, bits });
  if (!Number.isInteger(sampleBytes) || sampleBytes * 8 < bits) {
    throw new RangeError(
      `not a WAV: frames of ${String(frameBytes)} bytes can't hold ${String(channels)} channels of ${String(bits)} bits`,
    );
  }
  return { tag, channels, sampleRate, bits, sampleBytes };
}

function readTag(view: DataView): number {
  const tag = view.getUint16(0, true);
  if (tag !== formatTag.extensible) return tag;
  if (view.byteLength < 40) {
    throw new RangeError(
      `not a WAV: an extensible "fmt " chunk has 40 bytes, got ${String(view.byteLength)}`,
    );
  }
  return guidOfTag.every((byte, i) => view.getUint8(26 + i) === byte)
    ? view.getUint16(24, true)
    : tag;
}

export function decodeSamples(bytes: Uint8Array, wav: WavFormat): WavAudio {
  const { channels, sampleRate, sampleBytes } = wav;
  const whole = bytes.subarray(0, bytes.length - (bytes.length % (channels * sampleBytes)));
  return { samples: readSamples(whole, wav), sampleRate, channels };
}

function readSamples(bytes: Uint8Array, { tag, bits, sampleBytes }: WavFormat): Samples {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length / sampleBytes;
  if (tag === formatTag.pcm) {
    if (sampleBytes === 1) return Int16Array.from(bytes, (value) => (value - 128) << 8);
    if (sampleBytes === 2) return samplesFromBytes(bytes, { channels: 1, format: 's16' });
    if (sampleBytes === 3) {
      return Float32Array.from({ length }, (_, i) => readInt24(view, 3 * i) / 0x80_0000);
    }
    if (sampleBytes === 4) {
      return Float32Array.from({ length }, (_, i) => view.getInt32(4 * i, true) / 0x8000_0000);
    }
  }
  if (tag === formatTag.float) {
    if (sampleBytes === 4) return samplesFromBytes(bytes, { channels: 1, format: 'f32' });
    if (sampleBytes === 8)
      return Float32Array.from({ length }, (_, i) => view.getFloat64(8 * i, true));
  }
  if (tag === formatTag.mulaw && sampleBytes === 1) return decodeG711(bytes, 'mulaw');
  if (tag === formatTag.alaw && sampleBytes === 1) return decodeG711(bytes, 'alaw');
  throw unsupported({ tag, bits });
}

function unsupported({ tag, bits }: Pick<WavFormat, 'tag' | 'bits'>): RangeError {
  return new RangeError(
    `unsupported WAV encoding: format tag ${String(tag)} with ${String(bits)} bits; ` +
      'accepted are PCM of 8, 16, 24 or 32 bits, float of 32 or 64 bits, and G.711 of 8 bits',
  );
}

function readInt24(view: DataView, offset: number): number {
  return (view.getInt16(offset + 1, true) << 8) | view.getUint8(offset);
}

function text(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

function putText(bytes: Uint8Array, offset: number, value: string): void {
  for (let i = 0; i < value.length; i++) bytes[offset + i] = value.charCodeAt(i);
}
