import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MONO_16K, MONO_48K, MONO_8K, STEREO_48K } from './audio-format.ts';
import type { AudioFormat } from './audio-format.ts';
import { PcmData } from './pcm-data.ts';
import { Resampler } from './resampler.ts';

const participant = { id: 'p1', userId: 'u1' };
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

describe('levels', () => {
  it('keeps a constant constant', () => {
    const pcm = new PcmData({ samples: new Int16Array(22_050).fill(12_345), sampleRate: 22_050 });
    const steady = stream(new Resampler({ from: mono(22_050), to: MONO_48K }), pcm).slice(50, 950);

    expect(new Set(steady.samples)).toEqual(new Set([12_345]));
  });

  it('clips what overshoots', () => {
    const square = Int16Array.from({ length: 4_800 }, (_, i) => (i % 96 < 48 ? 32_767 : -32_768));
    const output = stream(
      new Resampler({ from: MONO_48K, to: MONO_16K }),
      new PcmData({ samples: square, sampleRate: 48_000 }),
    );

    expect(Math.max(...output.samples)).toBe(32_767);
    expect(Math.min(...output.samples)).toBe(-32_768);
  });
});

describe('streams', () => {
  it('gives exactly 320 frames for each 20 ms at 48 kHz after the first', () => {
    const resampler = new Resampler({ from: STEREO_48K, to: MONO_16K });
    const counts = Array.from(
      { length: 6 },
      () => resampler.push(PcmData.silence(20, STEREO_48K)).frames,
    );

    expect(counts.slice(1)).toEqual([320, 320, 320, 320, 320]);
    expect(counts.reduce((sum, count) => sum + count, 0) + resampler.flush().frames).toBe(6 * 320);
  });

  it.each(directions)('holds back 3 ms or less from %i to %i Hz', (from, to) => {
    const resampler = new Resampler({ from: mono(from), to: mono(to) });
    const first = resampler.push(PcmData.silence(20, mono(from)));
    const second = resampler.push(PcmData.silence(20, mono(from)));

    expect(20 - first.durationMs).toBeLessThanOrEqual(3);
    expect(40 - first.durationMs - second.durationMs).toBeLessThanOrEqual(3);
  });

  const streamCase = fc.record({
    from: fc.constantFrom(...rates, 44_101, 7),
    to: fc.constantFrom(...rates, 12_345),
    fromChannels: fc.integer({ min: 1, max: 3 }),
    toChannels: fc.integer({ min: 1, max: 2 }),
    fromFormat: fc.constantFrom('s16', 'f32'),
    toFormat: fc.constantFrom('s16', 'f32'),
    seed: fc.integer(),
    cuts: fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 12 }),
  });

  it(
    'gives the same bits however the input is cut, and ceil(n · to / from) frames',
    { timeout: 60_000 },
    () => {
      fc.assert(
        fc.property(streamCase, (given) => {
          const from = {
            sampleRate: given.from,
            channels: given.fromChannels,
            format: given.fromFormat,
          };
          const to = { sampleRate: given.to, channels: given.toChannels, format: given.toFormat };
          const cutFrames = given.cuts.reduce((sum, count) => sum + count, 0);
          const frames = given.from === 7 ? Math.min(3, cutFrames) : cutFrames;
          const input = noise(frames, from, given.seed);
          const whole = new Resampler({ from, to });
          const reused = new Resampler({ from, to });
          reused.push(noise(50, from, 1));
          reused.reset();

          const expected = PcmData.concat([whole.push(input), whole.flush()]);
          let start = 0;
          const pieces = given.cuts.map((count) => {
            const piece = input.samples.subarray(
              start * from.channels,
              (start + count) * from.channels,
            );
            start += count;
            return reused.push(new PcmData({ ...from, samples: piece }));
          });
          const actual = PcmData.concat([...pieces, reused.flush()]);

          expect(actual.toBytes()).toEqual(expected.toBytes());
          expect(expected.frames).toBe(Math.ceil((frames * to.sampleRate) / from.sampleRate));
        }),
        { numRuns: 150 },
      );
    },
  );

  it('starts a new stream after flush', () => {
    const resampler = new Resampler({ from: MONO_48K, to: MONO_16K });
    const input = noise(2_000, MONO_48K, 3);

    const first = PcmData.concat([resampler.push(input), resampler.flush()]);
    const second = PcmData.concat([resampler.push(input), resampler.flush()]);

    expect(second.samples).toEqual(first.samples);
    expect(resampler.flush().frames).toBe(0);
  });

  it('takes a long input in one piece', () => {
    const input = noise(300_000, MONO_48K, 4);
    const whole = stream(new Resampler({ from: MONO_48K, to: mono(44_100) }), input, 300_000);

    expect(whole.samples).toEqual(
      stream(new Resampler({ from: MONO_48K, to: mono(44_100) }), input, 480).samples,
    );
  });

  it('counts what is not finite as silence', () => {
    const samples = new Float32Array(4_800);
    samples[100] = Number.NaN;
    samples[200] = Number.POSITIVE_INFINITY;
    const pcm = new PcmData({ samples, sampleRate: 48_000 });
    const output = stream(
      new Resampler({ from: mono(48_000, 'f32'), to: mono(16_000, 'f32') }),
      pcm,
    );

    expect(new Set(output.samples)).toEqual(new Set([0]));
  });
});

describe('equal rates', () => {
  it('returns the very same audio when nothing changes', () => {
    const pcm = PcmData.silence(20, MONO_16K);
    const resampler = new Resampler({ from: MONO_16K, to: MONO_16K });

    expect(resampler.push(pcm)).toBe(pcm);
    expect(resampler.flush().frames).toBe(0);
  });

  it('mixes to the mean and copies to more channels, without delay', () => {
    const stereo = new PcmData({
      samples: Int16Array.of(100, 200, -3, -5),
      sampleRate: 48_000,
      channels: 2,
    });
    const mixed = new Resampler({ from: STEREO_48K, to: MONO_48K }).push(stereo);
    const doubled = new Resampler({ from: MONO_48K, to: STEREO_48K }).push(mixed);

    expect([...mixed.samples]).toEqual([150, -4]);
    expect([...doubled.samples]).toEqual([150, 150, -4, -4]);
  });

  it('converts the format alone', () => {
    const pcm = new PcmData({ samples: Int16Array.of(-32_768, 16_384), sampleRate: 8_000 });

    const output = new Resampler({ from: MONO_8K, to: mono(8_000, 'f32') }).push(pcm);

    expect([...output.samples]).toEqual([-1, 0.5]);
  });
});

describe('who and when', () => {
  it('carries the participant, and the time of the first frame of each output', () => {
    const resampler = new Resampler({ from: MONO_48K, to: MONO_16K });
    const outputs = [1_000, 1_020].map((timestampMs) => resampler.push(pieceAt(timestampMs)));
    const rest = resampler.flush();

    const [first] = outputs;
    expect(outputs.map((output) => output.participant)).toEqual([participant, participant]);
    expect(first?.timestampMs).toBe(1_000);
    expect(outputs[1]?.timestampMs).toBeCloseTo(1_000 + (first?.durationMs ?? 0), 9);
    expect(rest.timestampMs).toBeCloseTo(1_040 - rest.durationMs, 9);
    expect(rest.participant).toEqual(participant);
  });

  it('follows a source that jumps in time', () => {
    const resampler = new Resampler({ from: MONO_48K, to: MONO_16K });
    const held = 20 - resampler.push(pieceAt(0)).durationMs;

    expect(resampler.push(pieceAt(5_000)).timestampMs).toBeCloseTo(5_000 - held, 9);
  });

  it('has no time when the source has none', () => {
    const resampler = new Resampler({ from: MONO_48K, to: MONO_16K });

    expect(resampler.push(PcmData.silence(20, MONO_48K)).timestampMs).toBeUndefined();
  });
});

describe('errors', () => {
  it('names a format that is not the declared one', () => {
    const resampler = new Resampler({ from: MONO_48K, to: MONO_16K });

    expect(() => resampler.push(PcmData.silence(20, STEREO_48K))).toThrow(
      new TypeError('this resampler takes 48000 Hz mono s16, got 48000 Hz stereo s16'),
    );
  });

  it('refuses anything but PcmData', () => {
    const resampler = new Resampler({ from: MONO_48K, to: MONO_16K });

    // @ts-expect-error what a caller without types may do
    expect(() => resampler.push(new Int16Array(960))).toThrow(
      new TypeError('push takes a PcmData, got an Int16Array'),
    );
  });

  it.each([0, Number.NaN, 1.5, -1])('refuses a rate of %d', (sampleRate) => {
    expect(() => new Resampler({ from: MONO_48K, to: mono(sampleRate) })).toThrow(RangeError);
  });
});

/** 20 ms. */
function pieceAt(timestampMs: number): PcmData {
  return new PcmData({
    samples: new Int16Array(960),
    sampleRate: 48_000,
    participant,
    timestampMs,
  });
}

/** Repeatable white noise. */
function noise(
  frames: number,
  { sampleRate, channels, format }: AudioFormat,
  seed: number,
): PcmData {
  let state = seed | 1;
  const next = (): number => {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    return (state | 0) / 2 ** 32;
  };
  const samples = Float32Array.from({ length: frames * channels }, next);
  const pcm = new PcmData({ samples, sampleRate, channels });
  return format === 's16' ? pcm.toInt16() : pcm;
}
