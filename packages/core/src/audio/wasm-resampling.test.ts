import * as fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { buildWasm, resamplerModule } from '../../scripts/build-wasm.ts';
import type { AudioFormat } from './audio-format.ts';
import { MONO_16K, STEREO_48K } from './audio-format.ts';
import { rateRatio } from './rate-ratio.ts';
import { resampleWhole } from './resample-whole.ts';
import type { Samples } from './samples.ts';
import { ScalarStreamFilter } from './scalar-stream-filter.ts';
import type { StreamFilterFactory } from './stream-filter.ts';
import { StreamResampler } from './stream-resampler.ts';
import { wasmKernel } from './wasm-kernel.ts';
import type { WasmKernel } from './wasm-kernel.ts';
import { WasmStreamFilter } from './wasm-stream-filter.ts';

const kernel = expectKernel();
const wasm: StreamFilterFactory = (ratio, channels) =>
  new WasmStreamFilter(kernel, ratio, channels);
const scalar: StreamFilterFactory = (ratio, channels) => new ScalarStreamFilter(ratio, channels);

describe('the WebAssembly resampler', () => {
  const format = fc.constantFrom<AudioFormat['format']>('s16', 'f32');
  const conversion = fc
    .record({
      from: fc.record({
        sampleRate: fc.constantFrom(48_000, 44_100, 24_000, 16_000, 8_000),
        channels: fc.integer({ min: 1, max: 8 }),
        format,
      }),
      to: fc.record({
        sampleRate: fc.constantFrom(48_000, 22_050, 16_000, 8_000),
        channels: fc.integer({ min: 1, max: 8 }),
        format,
      }),
      frames: fc.integer({ min: 1, max: 3_000 }),
      seed: fc.integer(),
    })
    .filter(({ from, to }) => from.sampleRate !== to.sampleRate);

  it('equals the one in TypeScript within a step of 16 bit', () => {
    fc.assert(
      fc.property(conversion, ({ from, to, frames, seed }) => {
        const input = { ...from, ...noFields, samples: noise(frames, from, seed) };
        const [actual, expected] = [wasm, scalar].map((makeFilter) => {
          const stream = new StreamResampler(from, to, makeFilter);
          return [stream.push(input).samples, stream.flush().samples];
        });
        expect(greatestDifference(actual, expected)).toBeLessThanOrEqual(1);

        const whole = [wasm, scalar].map((makeFilter) => [
          resampleWhole(input.samples, from, to, makeFilter),
        ]);
        expect(greatestDifference(whole[0], whole[1])).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps the streams apart that share its memory', () => {
    const inputs = [1, 2].map((seed) => noise(4_800, STEREO_48K, seed));
    const streams = inputs.map(() => new StreamResampler(STEREO_48K, MONO_16K, wasm));
    const together: number[][] = [[], []];
    for (let start = 0; start < 9_600; start += 960) {
      for (const [index, stream] of streams.entries()) {
        const samples = inputs[index]?.subarray(start, start + 960) ?? new Int16Array(0);
        together[index]?.push(...stream.push({ ...STEREO_48K, ...noFields, samples }).samples);
      }
    }

    const alone = inputs.map((samples) => [
      ...new StreamResampler(STEREO_48K, MONO_16K, wasm).push({
        ...STEREO_48K,
        ...noFields,
        samples,
      }).samples,
    ]);
    expect(together).toEqual(alone);
  });

  it('takes for silence what is too small to hear, since denormal numbers are slow', () => {
    const from: AudioFormat = { ...STEREO_48K, format: 'f32' };
    const stream = new StreamResampler(from, { ...MONO_16K, format: 'f32' }, wasm);
    const samples = new Float32Array(4_800).fill(1e-39);

    const output = stream.push({ ...from, ...noFields, samples });

    expect(new Set(output.samples)).toEqual(new Set([0]));
  });

  it('goes on when the memory for tables is full and they are laid anew', () => {
    const stream = new StreamResampler(STEREO_48K, MONO_16K, wasm);
    const undisturbed = new StreamResampler(STEREO_48K, MONO_16K, scalar);
    for (let seed = 1; seed <= 3; seed++) {
      const input = { ...STEREO_48K, ...noFields, samples: noise(960, STEREO_48K, seed) };
      const pair = [stream, undisturbed].map((resampler) => [resampler.push(input).samples]);
      expect(greatestDifference(pair[0], pair[1])).toBeLessThanOrEqual(1);
      const addresses = Array.from({ length: 17 }, () =>
        kernel.place({ taps: new Float32Array(65_536).fill(9), address: 0, generation: 0 }),
      );
      expect(addresses).not.toEqual(addresses.toSorted((a, b) => a - b));
    }
  });

  it.each([
    ['more than 8 channels', rateRatio(48_000, 16_000), { from: 9, to: 9 }],
    ['a ratio without a table', rateRatio(44_101, 16_000), { from: 1, to: 1 }],
    ['a very long filter', rateRatio(48_000, 250), { from: 1, to: 1 }],
  ])('leaves %s to the one in TypeScript', (_what, ratio, channels) => {
    expect(WasmStreamFilter.supports(ratio, channels)).toBe(false);
  });

  it('is what its source compiles to', { timeout: 120_000 }, async () => {
    expect(await readFile(resamplerModule.target, 'utf8')).toBe(await buildWasm(resamplerModule));
  });
});

const noFields = { participant: undefined, timestampMs: undefined };

function expectKernel(): WasmKernel {
  const found = wasmKernel();
  if (found === undefined) throw new Error('this runtime has no WebAssembly SIMD');
  return found;
}

/** In steps of 16 bit. */
function greatestDifference(actual: Samples[] = [], expected: Samples[] = []): number {
  expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  let greatest = 0;
  for (const [index, samples] of actual.entries()) {
    const step = samples.BYTES_PER_ELEMENT === 2 ? 1 : 1 / 32_768;
    for (const [at, sample] of samples.entries()) {
      const difference = Math.abs(sample - (expected[index]?.[at] ?? Number.NaN)) / step;
      if (!(difference <= greatest)) greatest = difference;
    }
  }
  return greatest;
}

/** Repeatable white noise up to full scale. */
function noise(frames: number, { channels, format }: AudioFormat, seed: number): Samples {
  let state = seed | 1;
  const next = (): number => {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    return (state | 0) / 2 ** 31;
  };
  const length = frames * channels;
  return format === 's16'
    ? Int16Array.from({ length }, () => next() * 32_767)
    : Float32Array.from({ length }, next);
}
