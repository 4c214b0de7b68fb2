import { describe, expect, it } from 'vitest';
import type { AudioFormat } from './audio-format.ts';
import { PcmData } from './pcm-data.ts';
import { Resampler } from './resampler.ts';

const rates = [48_000, 44_100, 24_000, 22_050, 16_000, 8_000];
const directions = rates.flatMap((from) => rates.map((to): [number, number] => [from, to]));

function mono(sampleRate: number, format: AudioFormat['format'] = 's16'): AudioFormat {
  return { sampleRate, channels: 1, format };
}

/** The whole stream, pushed in pieces of `frames`. */
function stream(resampler: Resampler, pcm: PcmData, frames = 960): PcmData {
  return PcmData.concat([
    ...[...pcm.chunks(frames)].map((piece) => resampler.push(piece)),
    resampler.flush(),
  ]);
}

describe('Resampler', () => {
  it.each(directions)('keeps 88 dB of a 997 Hz sine from %i to %i Hz', (from, to) => {
    const pcm = sine(997, from, from).toInt16();
    const output = stream(new Resampler({ from: mono(from), to: mono(to) }), pcm, from / 50);

    const steady = output.slice(50, 950);
    const fit = sineFit(steady.samples, 997, to);
    expect(fit.snrDb).toBeGreaterThanOrEqual(88);
    expect(fit.amplitude).toBeCloseTo(16_384, -1);
    expect(output.frames).toBe(to);
  });

  it.each(directions)('shifts nothing in time from %i to %i Hz', (from, to) => {
    const pcm = sine(1000, from, from / 2);
    const output = stream(new Resampler({ from: mono(from, 'f32'), to: mono(to, 'f32') }), pcm);

    expect(sineFit(output.slice(60, 440).samples, 1000, to).phaseRad).toBeCloseTo(0, 4);
  });

  it.each([9_000, 10_000, 15_000, 20_000])('removes %i Hz at 48 kHz from 16 kHz', (frequencyHz) => {
    const pcm = sine(frequencyHz, 48_000, 48_000);
    const output = stream(
      new Resampler({ from: mono(48_000, 'f32'), to: mono(16_000, 'f32') }),
      pcm,
    );

    expect(levelDb(output.slice(50, 950).samples)).toBeLessThan(-80);
  });

  it('leaves no image of 7 kHz at 16 kHz in 48 kHz', () => {
    const pcm = sine(7_000, 16_000, 16_000);
    const output = stream(
      new Resampler({ from: mono(16_000, 'f32'), to: mono(48_000, 'f32') }),
      pcm,
    );

    expect(sineFit(output.slice(50, 950).samples, 7_000, 48_000).snrDb).toBeGreaterThan(80);
  });

  it('passes speech up to 6.5 kHz unchanged on the way to 16 kHz', () => {
    const output = stream(
      new Resampler({ from: mono(48_000, 'f32'), to: mono(16_000, 'f32') }),
      sine(6_500, 48_000, 48_000),
    );

    expect(levelDb(output.slice(50, 950).samples)).toBeCloseTo(0, 1);
  });

  it.each([
    [44_101, 16_000],
    [16_000, 44_101],
    [47_999, 48_000],
  ])('needs no common factor from %i to %i Hz', (from, to) => {
    const pcm = sine(997, from, from / 2);
    const output = stream(new Resampler({ from: mono(from, 'f32'), to: mono(to, 'f32') }), pcm);

    expect(output.frames).toBe(Math.ceil((pcm.frames * to) / from));
    expect(sineFit(output.slice(50, 450).samples, 997, to).snrDb).toBeGreaterThan(88);
  });

  it('keeps as many channels apart', () => {
    const left = sine(997, 48_000, 9_600).samples;
    const samples = Float32Array.from({ length: 19_200 }, (_, i) =>
      i % 2 === 0 ? (left[i / 2] ?? 0) : 0,
    );
    const pcm = new PcmData({ samples, sampleRate: 48_000, channels: 2 });
    const stereo = { sampleRate: 16_000, channels: 2, format: 'f32' } as const;

    const output = stream(
      new Resampler({ from: { ...stereo, sampleRate: 48_000 }, to: stereo }),
      pcm,
    );

    const channel = (offset: number): Float32Array =>
      Float32Array.from({ length: output.frames }, (_, i) => output.samples[2 * i + offset] ?? 0);
    expect(sineFit(channel(0).subarray(400, 2_800), 997, 16_000).snrDb).toBeGreaterThan(100);
    expect(new Set(channel(1))).toEqual(new Set([0]));
  });
});

describe('PcmData.resample', () => {
  it.each(directions)('is as good over a whole recording from %i to %i Hz', (from, to) => {
    const output = sine(997, from, from).toInt16().resample(to);

    expect(sineFit(output.slice(50, 950).samples, 997, to).snrDb).toBeGreaterThanOrEqual(88);
    expect(output.frames).toBe(to);
  });

  it('loses little at the ends of a lone 20 ms piece', () => {
    const piece = sine(997, 48_000, 960).toInt16().resample(16_000);

    expect(piece.frames).toBe(320);
    expect(sineFit(piece.samples, 997, 16_000).snrDb).toBeGreaterThan(60);
  });
});

/** -6 dBFS, where full scale is 1. */
const amplitude = 0.5;

function sine(frequencyHz: number, sampleRate: number, frames: number): PcmData {
  const samples = Float32Array.from(
    { length: frames },
    (_, i) => amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / sampleRate),
  );
  return new PcmData({ samples, sampleRate });
}

/**
 * Signal to noise of a sine, the sine being what fits best by least squares: amplitude and phase are free, and so is a
 * constant, which counts as noise by being no part of either.
 */
function sineFit(
  samples: ArrayLike<number>,
  frequencyHz: number,
  sampleRate: number,
): { snrDb: number; amplitude: number; phaseRad: number } {
  const omega = (2 * Math.PI * frequencyHz) / sampleRate;
  const basis = [(i: number) => Math.sin(omega * i), (i: number) => Math.cos(omega * i), () => 1];
  const [sinPart = 0, cosPart = 0, constant = 0] = solve(
    basis.map((f) => basis.map((g) => sumOver(samples.length, (i) => f(i) * g(i)))),
    basis.map((f) => sumOver(samples.length, (i) => f(i) * (samples[i] ?? 0))),
  );
  const model = (i: number): number =>
    sinPart * Math.sin(omega * i) + cosPart * Math.cos(omega * i);
  const signal = sumOver(samples.length, (i) => model(i) ** 2);
  const noise = sumOver(samples.length, (i) => ((samples[i] ?? 0) - model(i) - constant) ** 2);
  return {
    snrDb: 10 * Math.log10(signal / noise),
    amplitude: Math.hypot(sinPart, cosPart),
    phaseRad: Math.atan2(cosPart, sinPart),
  };
}

/** Level of the samples against the sine that `sine` gives. */
function levelDb(samples: ArrayLike<number>): number {
  const power = sumOver(samples.length, (i) => (samples[i] ?? 0) ** 2) / samples.length;
  return 10 * Math.log10(power / (amplitude ** 2 / 2));
}

function sumOver(length: number, term: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += term(i);
  return sum;
}

/** Gaussian elimination; the matrices of `sineFit` are far from singular. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  for (const [k, pivot] of rows.entries()) {
    const divisor = pivot[k] ?? 1;
    for (let j = 0; j < pivot.length; j++) pivot[j] = (pivot[j] ?? 0) / divisor;
    for (const row of rows) {
      const factor = row[k] ?? 0;
      if (row === pivot) continue;
      for (let j = 0; j < row.length; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  }
  return rows.map((row) => row.at(-1) ?? 0);
}
