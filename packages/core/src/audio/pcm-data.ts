import { types } from 'node:util';
import type { Participant } from '../events/participant.ts';
import {
  checkAudioFormat,
  describeChannels,
  describeFormat,
  framesToMs,
  msToFrames,
  sameFormat,
} from './audio-format.ts';
import type { AudioFormat } from './audio-format.ts';
import { checkDurationMs, checkInteger } from './check-number.ts';
import { convertLayout, toFloat32Samples, toInt16Samples } from './convert-samples.ts';
import { describeValue } from '../describe-value.ts';
import { decodeG711, encodeG711 } from './g711.ts';
import type { G711Law } from './g711.ts';
import type { PcmFields, PcmInit } from './pcm-init.ts';
import { readPcmStream } from './pcm-stream.ts';
import { resampleWhole } from './resample-whole.ts';
import {
  bytesOf,
  concatSamples,
  formatOf,
  isSamples,
  padSamples,
  samplesFromBytes,
} from './samples.ts';
import type { Samples } from './samples.ts';
import { decodeWav, encodeWav } from './wav.ts';

/** Two copies of core in one process recognise each other's audio by it. */
const brand = Symbol.for('vision-agents.pcm-data');

/** How `head` and `tail` make up for audio that is shorter than asked for. */
export interface PadOptions {
  /** Fill up with silence. */
  pad?: boolean | undefined;
  /** Where the silence goes; `end` unless told otherwise. */
  padAt?: 'start' | 'end' | undefined;
}

/**
 * A piece of audio that knows its format, who is heard and when.
 *
 * A frame is one sample of each channel. Pieces are values: no method changes one, all keep participant and time, and
 * what only cuts (`slice`, `head`, `tail`, `chunks`) shares the memory of the whole. Errors are RangeError or TypeError
 * and name the offending value.
 */
export class PcmData {
  /** Interleaved. May be a view on a larger buffer: mind `byteOffset` and `length` when passing on `samples.buffer`. */
  readonly samples: Samples;
  /** Frames per second. */
  readonly sampleRate: number;
  readonly channels: number;
  readonly format: AudioFormat['format'];
  readonly participant: Participant | undefined;
  /** When the first frame was heard. */
  readonly timestampMs: number | undefined;
  /** Samples per channel. */
  readonly frames: number;

  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }

  constructor(init: PcmInit) {
    const { samples, sampleRate, channels = 1, participant, timestampMs } = init;
    if (!isSamples(samples)) {
      throw new TypeError(
        `samples must be an Int16Array or a Float32Array, got ${describeValue(samples)}`,
      );
    }
    checkInteger('sampleRate', sampleRate);
    checkInteger('channels', channels);
    if (samples.length % channels !== 0) {
      throw new RangeError(
        `${String(samples.length)} samples don't divide by ${String(channels)} channels`,
      );
    }
    if (timestampMs !== undefined && !Number.isFinite(timestampMs)) {
      throw new RangeError(
        `timestampMs must be a finite number, got ${describeValue(timestampMs)}`,
      );
    }
    this.samples = samples;
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.format = formatOf(samples);
    this.participant = participant;
    this.timestampMs = timestampMs;
    this.frames = samples.length / channels;
  }

  get durationMs(): number {
    return framesToMs(this.frames, this.sampleRate);
  }

  /** Also true for a `PcmData` of another copy of core. */
  static isPcmData(this: void, value: unknown): value is PcmData {
    return typeof value === 'object' && value !== null && brand in value && value[brand] === true;
  }

  /** Little-endian bytes, at any `byteOffset`; they are copied, and an incomplete last frame is left out. */
  static fromBytes(bytes: Uint8Array, format: AudioFormat): PcmData {
    checkBytes(bytes);
    checkAudioFormat(format);
    const { sampleRate, channels } = format;
    return new PcmData({ samples: samplesFromBytes(bytes, format), sampleRate, channels });
  }

  /**
   * Audio of the given format from a source that yields bytes of it, cut anywhere, or `PcmData` of any format, which is
   * resampled as one stream. An incomplete last frame is left out.
   */
  static fromStream(
    source: AsyncIterable<Uint8Array | PcmData>,
    format: AudioFormat,
  ): AsyncGenerator<PcmData, void, void> {
    checkAudioFormat(format);
    return wrapEach(readPcmStream(source, format, PcmData.isPcmData));
  }

  /**
   * Reads a WAV of 8, 16, 24 or 32-bit PCM, 32 or 64-bit float, or G.711. 8 and 16 bits and G.711 become `s16`, the
   * others `f32`. Sizes that a streaming writer left open (0, 0x7FFFF000, 0xFFFFFFFF) mean that the data goes to the end.
   *
   * @throws RangeError for anything else, and for a WAV that is cut short
   */
  static fromWav(bytes: Uint8Array): PcmData {
    checkBytes(bytes);
    return new PcmData(decodeWav(bytes));
  }

  /** Mono audio from ITU-T G.711; µ-law at 8000 Hz unless told otherwise. */
  static fromG711(
    bytes: Uint8Array,
    options: { law?: G711Law | undefined; sampleRate?: number | undefined } = {},
  ): PcmData {
    checkBytes(bytes);
    const { law = 'mulaw', sampleRate = 8_000 } = options;
    return new PcmData({ samples: decodeG711(bytes, law), sampleRate });
  }

  static silence(durationMs: number, format: AudioFormat): PcmData {
    checkDurationMs('durationMs', durationMs);
    checkAudioFormat(format);
    const { sampleRate, channels } = format;
    const length = msToFrames(durationMs, sampleRate) * channels;
    const samples = format.format === 's16' ? new Int16Array(length) : new Float32Array(length);
    return new PcmData({ samples, sampleRate, channels });
  }

  /**
   * One piece after the other, with participant and time of the first.
   *
   * @throws RangeError for no parts, TypeError for parts that differ in format
   */
  static concat(parts: readonly PcmData[]): PcmData {
    const [first] = parts;
    if (first === undefined) throw new RangeError('concat needs one part or more, got none');
    for (const part of parts) {
      if (!PcmData.isPcmData(part))
        throw new TypeError(`concat takes PcmData, got ${describeValue(part)}`);
      if (!sameFormat(part, first)) {
        throw new TypeError(
          `concat needs parts of one format, got ${describeFormat(first)} and ${describeFormat(part)}; resample them first`,
        );
      }
    }
    if (parts.length === 1) return first;
    return derive(first, concatSamples(parts.map((part) => part.samples)));
  }

  /** A WAV file: 16-bit PCM for `s16`, 32-bit float for `f32`. */
  toWav(): Uint8Array<ArrayBuffer> {
    return encodeWav(this);
  }

  /** ITU-T G.711 at 8000 Hz mono, to which it is resampled and mixed; µ-law unless told otherwise. */
  toG711(law: G711Law = 'mulaw'): Uint8Array<ArrayBuffer> {
    const { samples } = this.resample(8_000, 1);
    return encodeG711(types.isFloat32Array(samples) ? toInt16Samples(samples) : samples, law);
  }

  /** Little-endian and interleaved, in memory of their own. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(bytesOf(this.samples));
  }

  /** To the nearest 16-bit value, clipped, NaN as 0; itself when it is `s16`. What came from `s16` comes back exactly. */
  toInt16(): PcmData {
    return types.isFloat32Array(this.samples) ? derive(this, toInt16Samples(this.samples)) : this;
  }

  /** Full scale becomes -1 to 1; itself when it is `f32`. */
  toFloat32(): PcmData {
    return types.isInt16Array(this.samples) ? derive(this, toFloat32Samples(this.samples)) : this;
  }

  /**
   * Another rate, and other channels: any number to one is their mean, one to any number are copies, and n to m others
   * are copies of the mean. `ceil(frames · to / from)` frames, nothing shifted in time; itself when nothing changes.
   *
   * For a recording that is complete. The pieces of a stream go through a `Resampler`, or the seams will be heard.
   */
  resample(sampleRate: number, channels: number = this.channels): PcmData {
    checkInteger('sampleRate', sampleRate);
    checkInteger('channels', channels);
    if (sampleRate === this.sampleRate) {
      const samples = convertLayout(this.samples, this.channels, { channels, format: this.format });
      return samples === this.samples ? this : derive(this, samples, { channels });
    }
    const to = { sampleRate, channels };
    return derive(this, resampleWhole(this.samples, this, to), to);
  }

  /** From `startMs` up to `endMs`, or to the end; what lies outside of the audio is left out. Times count from 0. */
  slice(startMs: number, endMs?: number): PcmData {
    checkDurationMs('startMs', startMs);
    if (endMs !== undefined) checkDurationMs('endMs', endMs);
    const end = endMs === undefined ? this.frames : msToFrames(endMs, this.sampleRate);
    return cutFrames(this, msToFrames(startMs, this.sampleRate), end);
  }

  /** The first `durationMs`, or all there is. */
  head(durationMs: number, options: PadOptions = {}): PcmData {
    checkDurationMs('durationMs', durationMs);
    const frames = msToFrames(durationMs, this.sampleRate);
    return pad(cutFrames(this, 0, frames), frames, options);
  }

  /** The last `durationMs`, or all there is; nothing for 0. */
  tail(durationMs: number, options: PadOptions = {}): PcmData {
    checkDurationMs('durationMs', durationMs);
    const frames = msToFrames(durationMs, this.sampleRate);
    return pad(cutFrames(this, Math.max(0, this.frames - frames), this.frames), frames, options);
  }

  /**
   * Pieces of `frames` frames, a new one beginning every `frames - overlap`. The last may be shorter, or is filled up
   * with silence by `padLast`.
   */
  chunks(
    frames: number,
    options: { overlap?: number | undefined; padLast?: boolean | undefined } = {},
  ): Generator<PcmData, void, void> {
    const { overlap = 0, padLast = false } = options;
    checkInteger('frames', frames);
    checkInteger('overlap', overlap, 0);
    if (overlap >= frames) {
      throw new RangeError(
        `overlap must be less than the ${String(frames)} frames of a chunk, got ${String(overlap)}`,
      );
    }
    return cutChunks(this, frames, frames - overlap, padLast);
  }

  /** `mono audio: 16000 Hz s16, 320 frames, 20.0 ms` */
  toString(): string {
    const { channels, sampleRate, format, frames, durationMs } = this;
    return `${describeChannels(channels)} audio: ${String(sampleRate)} Hz ${format}, ${String(frames)} frames, ${durationMs.toFixed(1)} ms`;
  }
}

/** Other samples of the same speaker and time, of the same format but for what `changes`. */
function derive(pcm: PcmData, samples: Samples, changes: Partial<PcmInit> = {}): PcmData {
  const { sampleRate, channels, participant, timestampMs } = pcm;
  return new PcmData({ sampleRate, channels, participant, timestampMs, ...changes, samples });
}

/** A view of the frames from `start` to `end`, as far as there are any; `pcm` itself when that is all. */
export function cutFrames(pcm: PcmData, start: number, end: number): PcmData {
  const from = Math.min(start, pcm.frames);
  const to = Math.min(Math.max(from, end), pcm.frames);
  if (from === 0 && to === pcm.frames) return pcm;
  const { sampleRate, channels, participant } = pcm;
  const samples = pcm.samples.subarray(from * channels, to * channels);
  const timestampMs = later(pcm, from);
  return new PcmData({ samples, sampleRate, channels, participant, timestampMs });
}

function* cutChunks(
  pcm: PcmData,
  frames: number,
  step: number,
  padLast: boolean,
): Generator<PcmData, void, void> {
  for (let start = 0; start < pcm.frames; start += step) {
    yield pad(cutFrames(pcm, start, start + frames), frames, { pad: padLast });
  }
}

async function* wrapEach(parts: AsyncIterable<PcmFields>): AsyncGenerator<PcmData, void, void> {
  for await (const part of parts) yield PcmData.isPcmData(part) ? part : new PcmData(part);
}

/** Filled up with silence to `frames`, if `options` ask for it. */
function pad(pcm: PcmData, frames: number, options: PadOptions): PcmData {
  const { pad: wanted = false, padAt = 'end' } = options;
  if (padAt !== 'start' && padAt !== 'end') {
    throw new RangeError(`padAt must be 'start' or 'end', got ${describeValue(padAt)}`);
  }
  const missing = frames - pcm.frames;
  if (!wanted || missing <= 0) return pcm;
  const zeros = missing * pcm.channels;
  if (padAt === 'end') return derive(pcm, padSamples(pcm.samples, 0, zeros));
  return derive(pcm, padSamples(pcm.samples, zeros, 0), { timestampMs: later(pcm, -missing) });
}

/** When the frame was heard that lies so many after the first. */
export function later(pcm: PcmData, frames: number): number | undefined {
  return pcm.timestampMs === undefined
    ? undefined
    : pcm.timestampMs + framesToMs(frames, pcm.sampleRate);
}

function checkBytes(bytes: Uint8Array): void {
  if (!types.isUint8Array(bytes))
    throw new TypeError(`bytes must be a Uint8Array, got ${describeValue(bytes)}`);
}
