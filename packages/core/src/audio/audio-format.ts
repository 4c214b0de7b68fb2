import { checkInteger } from './check-number.ts';
import { describeValue } from '../describe-value.ts';

/** How audio is laid out. Samples of several channels are interleaved. */
export interface AudioFormat {
  /** Frames per second: a positive integer. */
  sampleRate: number;
  /** 1 or more. */
  channels: number;
  /** `s16`: signed 16-bit integers; `f32`: 32-bit floats, full scale being -1 to 1. */
  format: 's16' | 'f32';
}

/** Telephony. */
export const MONO_8K: Readonly<AudioFormat> = Object.freeze({
  sampleRate: 8_000,
  channels: 1,
  format: 's16',
});
/** What most speech recognition takes. */
export const MONO_16K: Readonly<AudioFormat> = Object.freeze({
  sampleRate: 16_000,
  channels: 1,
  format: 's16',
});
/** What most speech synthesis gives. */
export const MONO_24K: Readonly<AudioFormat> = Object.freeze({
  sampleRate: 24_000,
  channels: 1,
  format: 's16',
});
export const MONO_48K: Readonly<AudioFormat> = Object.freeze({
  sampleRate: 48_000,
  channels: 1,
  format: 's16',
});
/** What WebRTC carries. */
export const STEREO_48K: Readonly<AudioFormat> = Object.freeze({
  sampleRate: 48_000,
  channels: 2,
  format: 's16',
});

/** @throws RangeError or TypeError naming the field, its value and what is accepted */
export function checkAudioFormat(format: AudioFormat): void {
  if (typeof format !== 'object' || format === null) {
    throw new TypeError(
      `an audio format must be { sampleRate, channels, format }, got ${describeValue(format)}`,
    );
  }
  checkInteger('sampleRate', format.sampleRate);
  checkInteger('channels', format.channels);
  if (format.format !== 's16' && format.format !== 'f32') {
    throw new RangeError(`format must be 's16' or 'f32', got ${describeValue(format.format)}`);
  }
}

export function sameFormat(a: AudioFormat, b: AudioFormat): boolean {
  return a.sampleRate === b.sampleRate && a.channels === b.channels && a.format === b.format;
}

/** `16000 Hz mono s16` */
export function describeFormat({ sampleRate, channels, format }: AudioFormat): string {
  return `${String(sampleRate)} Hz ${describeChannels(channels)} ${format}`;
}

/** `mono`, `stereo` or `6-channel` */
export function describeChannels(channels: number): string {
  if (channels === 1) return 'mono';
  return channels === 2 ? 'stereo' : `${String(channels)}-channel`;
}

/** The nearest whole number of frames. */
export function msToFrames(durationMs: number, sampleRate: number): number {
  return Math.round((durationMs * sampleRate) / 1000);
}

export function framesToMs(frames: number, sampleRate: number): number {
  return (frames * 1000) / sampleRate;
}
