import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { MONO_16K, MONO_48K, MONO_8K, STEREO_48K } from './audio-format.ts';
import type { AudioFormat } from './audio-format.ts';
import { PcmData } from './pcm-data.ts';

const participant = { id: 'p1', userId: 'u1' };

function pcm16(values: number[], init: { channels?: number; timestampMs?: number } = {}): PcmData {
  return new PcmData({ samples: Int16Array.from(values), sampleRate: 1_000, participant, ...init });
}

/** 0, 1, 2 … at 1000 Hz, so that a frame is a millisecond. */
function ramp(frames: number, timestampMs?: number): PcmData {
  const values = Array.from({ length: frames }, (_, i) => i);
  return pcm16(values, timestampMs === undefined ? {} : { timestampMs });
}

describe('constructor', () => {
  it('knows its format and length', () => {
    const samples = new Float32Array(640);

    const pcm = new PcmData({
      samples,
      sampleRate: 16_000,
      channels: 2,
      participant,
      timestampMs: 5,
    });

    expect(pcm).toMatchObject({
      sampleRate: 16_000,
      channels: 2,
      format: 'f32',
      frames: 320,
      durationMs: 20,
    });
    expect(pcm).toMatchObject({ participant, timestampMs: 5 });
    expect(pcm.samples).toBe(samples);
  });

  it('is mono, of nobody and no time unless told otherwise', () => {
    const pcm = new PcmData({ samples: new Int16Array(8), sampleRate: 8_000 });

    expect(pcm).toMatchObject({
      channels: 1,
      format: 's16',
      participant: undefined,
      timestampMs: undefined,
    });
  });

  it.each([0, Number.NaN, 1.5, -1, Number.POSITIVE_INFINITY])(
    'refuses a rate of %d',
    (sampleRate) => {
      expect(() => new PcmData({ samples: new Int16Array(8), sampleRate })).toThrow(
        new RangeError(`sampleRate must be a positive integer, got ${String(sampleRate)}`),
      );
    },
  );

  it('refuses a rate that is no number', () => {
    // @ts-expect-error what a caller without types may do
    expect(() => new PcmData({ samples: new Int16Array(8), sampleRate: '16000' })).toThrow(
      new TypeError('sampleRate must be a positive integer, got "16000"'),
    );
  });

  it.each([0, 1.5, -2])('refuses %d channels', (channels) => {
    expect(() => new PcmData({ samples: new Int16Array(8), sampleRate: 8_000, channels })).toThrow(
      new RangeError(`channels must be a positive integer, got ${String(channels)}`),
    );
  });

  it('refuses samples that do not divide by the channels', () => {
    expect(
      () => new PcmData({ samples: new Int16Array(7), sampleRate: 8_000, channels: 2 }),
    ).toThrow(new RangeError("7 samples don't divide by 2 channels"));
  });

  it.each([
    [new Uint8Array(4), 'a Uint8Array'],
    [[1, 2], 'an Array'],
    [undefined, 'undefined'],
    [Buffer.alloc(4), 'a Buffer'],
  ])('refuses other samples: %o', (samples, name) => {
    // @ts-expect-error what a caller without types may do
    expect(() => new PcmData({ samples, sampleRate: 8_000 })).toThrow(
      new TypeError(`samples must be an Int16Array or a Float32Array, got ${name}`),
    );
  });

  it('refuses a time that is none', () => {
    expect(() => ramp(1, Number.NaN)).toThrow(
      new RangeError('timestampMs must be a finite number, got NaN'),
    );
  });
});

describe('isPcmData', () => {
  it('recognises the audio of another copy of core', async () => {
    vi.resetModules();
    const other = await import('./pcm-data.ts');
    const foreign = new other.PcmData({ samples: new Int16Array(160), sampleRate: 16_000 });

    expect(foreign).not.toBeInstanceOf(PcmData);
    expect(PcmData.isPcmData(foreign)).toBe(true);
    expect(PcmData.concat([foreign, PcmData.silence(10, MONO_16K)]).frames).toBe(320);
  });

  it.each([
    undefined,
    null,
    'pcm',
    new Int16Array(2),
    { samples: new Int16Array(2), sampleRate: 1 },
  ])('tells %o apart', (value) => {
    expect(PcmData.isPcmData(value)).toBe(false);
  });
});

describe('bytes', () => {
  it('reads little-endian at an odd offset, as a copy, without an incomplete last frame', () => {
    const bytes = Uint8Array.of(9, 0x01, 0x00, 0xff, 0xff, 0x00, 0x80, 7).subarray(1);

    const pcm = PcmData.fromBytes(bytes, { ...MONO_16K, channels: 1 });
    bytes.fill(0);

    expect([...pcm.samples]).toEqual([1, -1, -32_768]);
    expect(PcmData.fromBytes(new Uint8Array(7), STEREO_48K).frames).toBe(1);
  });

  it('reads floats', () => {
    const bytes = Buffer.alloc(9);
    bytes.writeFloatLE(0.5, 1);

    const pcm = PcmData.fromBytes(bytes.subarray(1), { ...MONO_16K, format: 'f32' });

    expect([...pcm.samples]).toEqual([0.5, 0]);
  });

  it('writes bytes of their own', () => {
    const pcm = pcm16([1, -1, 256]).slice(1, 3);
    const bytes = pcm.toBytes();

    expect([...bytes]).toEqual([0xff, 0xff, 0x00, 0x01]);
    expect(bytes.buffer.byteLength).toBe(4);
  });

  it('refuses anything but bytes, and a format that is none', () => {
    // @ts-expect-error what a caller without types may do
    expect(() => PcmData.fromBytes('abc', MONO_16K)).toThrow(
      new TypeError('bytes must be a Uint8Array, got "abc"'),
    );
    // @ts-expect-error what a caller without types may do
    expect(() => PcmData.fromBytes(new Uint8Array(2), { ...MONO_16K, format: 's24' })).toThrow(
      new RangeError(`format must be 's16' or 'f32', got "s24"`),
    );
  });
});

describe('sample formats', () => {
  it('gives every 16-bit sample back exactly', () => {
    const all = new PcmData({
      samples: Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768),
      sampleRate: 8_000,
    });

    expect(all.toFloat32().toInt16().samples).toEqual(all.samples);
  });

  it('rounds to the nearest, clips, and takes NaN as 0', () => {
    const samples = Float32Array.of(
      1,
      -1,
      2,
      -2,
      1.6 / 32_768,
      -1.6 / 32_768,
      Number.NaN,
      Infinity,
      -Infinity,
    );

    const pcm = new PcmData({ samples, sampleRate: 8_000, participant, timestampMs: 3 }).toInt16();

    expect([...pcm.samples]).toEqual([32_767, -32_768, 32_767, -32_768, 2, -2, 0, 32_767, -32_768]);
    expect(pcm).toMatchObject({ format: 's16', participant, timestampMs: 3 });
  });

  it('returns itself when already so', () => {
    const pcm = ramp(3);
    const float = pcm.toFloat32();

    expect(pcm.toInt16()).toBe(pcm);
    expect(float.toFloat32()).toBe(float);
  });
});

describe('silence and concat', () => {
  it('makes silence of the nearest number of frames', () => {
    expect(PcmData.silence(20, STEREO_48K).samples).toEqual(new Int16Array(1_920));
    expect(PcmData.silence(0.04, MONO_16K).frames).toBe(1);
    expect(PcmData.silence(0, { ...MONO_8K, format: 'f32' }).samples).toEqual(new Float32Array(0));
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses silence of %d ms', (durationMs) => {
    expect(() => PcmData.silence(durationMs, MONO_16K)).toThrow(
      new RangeError(`durationMs must be 0 or more milliseconds, got ${String(durationMs)}`),
    );
  });

  it('joins with participant and time of the first', () => {
    const joined = PcmData.concat([ramp(2, 100), pcm16([7])]);

    expect([...joined.samples]).toEqual([0, 1, 7]);
    expect(joined).toMatchObject({ participant, timestampMs: 100 });
  });

  it('refuses nothing and mixed formats', () => {
    expect(() => PcmData.concat([])).toThrow(
      new RangeError('concat needs one part or more, got none'),
    );
    expect(() =>
      PcmData.concat([PcmData.silence(1, MONO_16K), PcmData.silence(1, STEREO_48K)]),
    ).toThrow(
      'concat needs parts of one format, got 16000 Hz mono s16 and 48000 Hz stereo s16; resample them first',
    );
  });
});

describe('resample', () => {
  it('returns itself when nothing changes', () => {
    const pcm = ramp(3);

    expect(pcm.resample(1_000)).toBe(pcm);
    expect(pcm.resample(1_000, 1)).toBe(pcm);
  });

  it('keeps participant, time and format, and gives the exact length', () => {
    const pcm = new PcmData({
      samples: new Float32Array(441),
      sampleRate: 44_100,
      participant,
      timestampMs: 9,
    });

    expect(pcm.resample(16_000)).toMatchObject({
      frames: 160,
      format: 'f32',
      participant,
      timestampMs: 9,
    });
    expect(PcmData.silence(0, MONO_48K).resample(16_000).frames).toBe(0);
  });

  it('has an exact length whatever the rates', () => {
    const rate = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(rate, rate, fc.integer({ min: 0, max: 50 }), (from, to, frames) => {
        fc.pre(frames * to < from * 20_000 && from < to * 500);
        const pcm = new PcmData({ samples: new Int16Array(frames), sampleRate: from });
        expect(pcm.resample(to).frames).toBe(Math.ceil((frames * to) / from));
      }),
    );
  });

  it.each([1, 2, 5, 480])('keeps a constant of %i frames up to its ends', (frames) => {
    const pcm = new PcmData({ samples: new Int16Array(frames).fill(1_000), sampleRate: 48_000 });

    expect(new Set(pcm.resample(16_000).samples)).toEqual(new Set([1_000]));
    expect(new Set(pcm.resample(44_100).samples)).toEqual(new Set([1_000]));
  });

  it.each([4, 30, 960])('keeps a straight line of %i frames up to its ends', (frames) => {
    const samples = Float32Array.from({ length: frames }, (_, i) => i / 1_000);

    const doubled = new PcmData({ samples, sampleRate: 8_000 }).resample(16_000);

    for (const [i, value] of doubled.samples.entries()) expect(value).toBeCloseTo(i / 2_000, 4);
  });

  it('mixes to the mean, and copies to more channels', () => {
    const stereo = pcm16([100, 200, -3, -5], { channels: 2 });

    expect([...stereo.resample(1_000, 1).samples]).toEqual([150, -4]);
    expect([...stereo.resample(1_000, 3).samples]).toEqual([150, 150, 150, -4, -4, -4]);
    expect([...ramp(2).resample(1_000, 2).samples]).toEqual([0, 0, 1, 1]);
    expect(stereo.resample(2_000, 1)).toMatchObject({ channels: 1, frames: 4 });
    expect(stereo.resample(2_000)).toMatchObject({ channels: 2, frames: 4 });
  });

  it('refuses rates and channels that are none', () => {
    expect(() => ramp(2).resample(0)).toThrow(
      new RangeError('sampleRate must be a positive integer, got 0'),
    );
    expect(() => ramp(2).resample(1_000, 1.5)).toThrow(
      new RangeError('channels must be a positive integer, got 1.5'),
    );
  });
});

describe('cutting', () => {
  it('slices by time, moving the time along', () => {
    const part = ramp(10, 100).slice(2, 5);

    expect([...part.samples]).toEqual([2, 3, 4]);
    expect(part).toMatchObject({ participant, timestampMs: 102 });
    expect([...ramp(10).slice(8).samples]).toEqual([8, 9]);
    expect(ramp(10).slice(20, 30).frames).toBe(0);
    expect(ramp(10).slice(5, 2).frames).toBe(0);
  });

  it('slices whole frames of stereo', () => {
    expect([...pcm16([1, 2, 3, 4, 5, 6], { channels: 2 }).slice(1, 2).samples]).toEqual([3, 4]);
  });

  it('takes the head', () => {
    expect([...ramp(5).head(2).samples]).toEqual([0, 1]);
    expect([...ramp(2).head(3).samples]).toEqual([0, 1]);
    expect([...ramp(2).head(3, { pad: true }).samples]).toEqual([0, 1, 0]);
    expect([...pcm16([7]).head(3, { pad: true, padAt: 'start' }).samples]).toEqual([0, 0, 7]);
  });

  it('takes the tail', () => {
    expect([...ramp(5).tail(2).samples]).toEqual([3, 4]);
    expect(ramp(5, 100).tail(2).timestampMs).toBe(103);
    expect(ramp(5).tail(0).frames).toBe(0);
    expect([...pcm16([7]).tail(3, { pad: true }).samples]).toEqual([7, 0, 0]);
    expect(pcm16([7], { timestampMs: 100 }).tail(3, { pad: true, padAt: 'start' })).toMatchObject({
      samples: Int16Array.of(0, 0, 7),
      timestampMs: 98,
      participant,
    });
  });

  it('refuses a place that is none', () => {
    // @ts-expect-error what a caller without types may do
    expect(() => ramp(5).head(2, { padAt: 'middle' })).toThrow(
      new RangeError(`padAt must be 'start' or 'end', got "middle"`),
    );
    expect(() => ramp(5).slice(-1)).toThrow(
      new RangeError('startMs must be 0 or more milliseconds, got -1'),
    );
  });

  it('goes through chunks, keeping participant and time', () => {
    const chunks = [...ramp(5, 100).chunks(2)];

    expect(chunks.map((chunk) => [...chunk.samples])).toEqual([[0, 1], [2, 3], [4]]);
    expect(chunks.map((chunk) => chunk.timestampMs)).toEqual([100, 102, 104]);
    expect(chunks.map((chunk) => chunk.participant)).toEqual([
      participant,
      participant,
      participant,
    ]);
  });

  it('overlaps chunks, and pads the last', () => {
    expect([...ramp(5).chunks(3, { overlap: 1 })].map((chunk) => [...chunk.samples])).toEqual([
      [0, 1, 2],
      [2, 3, 4],
      [4],
    ]);
    expect([...ramp(3).chunks(2, { padLast: true })].map((chunk) => [...chunk.samples])).toEqual([
      [0, 1],
      [2, 0],
    ]);
    expect([...ramp(0).chunks(2, { padLast: true })]).toEqual([]);
  });

  it.each([
    [0, 0, 'frames must be a positive integer, got 0'],
    [2, 2, 'overlap must be less than the 2 frames of a chunk, got 2'],
    [2, -1, 'overlap must be an integer of 0 or more, got -1'],
  ])('refuses chunks of %d with an overlap of %d', (frames, overlap, message) => {
    expect(() => ramp(5).chunks(frames, { overlap })).toThrow(new RangeError(message));
  });
});

describe('fromStream', () => {
  it('keeps frames that are cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 64 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 20 }),
        async (bytes, cuts) => {
          let start = 0;
          const pieces = [...cuts, bytes.length].map((count) =>
            bytes.subarray(start, (start += count)),
          );

          const chunks = await Array.fromAsync(PcmData.fromStream(source(...pieces), STEREO_48K));

          const expected = PcmData.fromBytes(bytes, STEREO_48K);
          expect(chunks.flatMap((chunk) => [...chunk.samples])).toEqual([...expected.samples]);
        },
      ),
    );
  });

  it('does not mind a source that reuses its buffer', async () => {
    const chunks = await Array.fromAsync(PcmData.fromStream(reusing(), MONO_16K));

    expect(chunks.flatMap((chunk) => [...chunk.samples])).toEqual([1, 2, 3]);
  });

  it('passes PcmData of the format through, and resamples others as one stream', async () => {
    const same = PcmData.silence(20, MONO_16K);
    const whole = new PcmData({
      samples: Int16Array.from({ length: 4_800 }, (_, i) => (i * 7_919) % 9_973),
      sampleRate: 48_000,
      participant,
    });

    const passed = await Array.fromAsync(PcmData.fromStream(source(same), MONO_16K));
    const cut = await Array.fromAsync(PcmData.fromStream(source(...whole.chunks(331)), MONO_16K));
    const uncut = await Array.fromAsync(PcmData.fromStream(source(whole), MONO_16K));

    expect(passed[0]).toBe(same);
    expect(PcmData.concat(cut).samples).toEqual(PcmData.concat(uncut).samples);
    expect(PcmData.concat(cut)).toMatchObject({ sampleRate: 16_000, frames: 1_600, participant });
  });

  it('refuses other items', async () => {
    // @ts-expect-error what a caller without types may do
    await expect(Array.fromAsync(PcmData.fromStream(source('text'), MONO_16K))).rejects.toThrow(
      new TypeError('an audio stream yields Uint8Array or PcmData, got "text"'),
    );
  });

  it('lets go of its source when it is left early', async () => {
    let released = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(4);
      } finally {
        released = true;
      }
    }

    for await (const chunk of PcmData.fromStream(endless(), MONO_16K)) {
      expect(chunk.frames).toBe(2);
      break;
    }

    expect(released).toBe(true);
  });
});

describe('toString', () => {
  it.each<[AudioFormat, string]>([
    [MONO_16K, 'mono audio: 16000 Hz s16, 320 frames, 20.0 ms'],
    [{ ...STEREO_48K, format: 'f32' }, 'stereo audio: 48000 Hz f32, 960 frames, 20.0 ms'],
    [{ ...MONO_8K, channels: 6 }, '6-channel audio: 8000 Hz s16, 160 frames, 20.0 ms'],
  ])('describes %o', (format, text) => {
    expect(String(PcmData.silence(20, format))).toBe(text);
  });
});

async function* source<T>(...items: T[]): AsyncGenerator<T> {
  yield* items;
}

async function* reusing(): AsyncGenerator<Uint8Array> {
  const buffer = Uint8Array.of(1, 0, 2);
  yield buffer;
  buffer.set([0, 3, 0]);
  yield buffer;
}
