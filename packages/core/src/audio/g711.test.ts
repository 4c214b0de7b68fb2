import { describe, expect, it } from 'vitest';
import { PcmData } from './pcm-data.ts';

const allCodes = Uint8Array.from({ length: 256 }, (_, code) => code);

/** ITU-T G.711, tables 2a and 1a, scaled to 16 bits: code and value of some positive codes from each end. */
const mulawReference: [number, number][] = [
  [0xff, 0],
  [0xfe, 8],
  [0xf0, 120],
  [0xef, 132],
  [0xdf, 396],
  [0xcf, 924],
  [0xbf, 1_980],
  [0xaf, 4_092],
  [0x9f, 8_316],
  [0x8f, 16_764],
  [0x81, 31_100],
  [0x80, 32_124],
];
const alawReference: [number, number][] = [
  [0xd5, 8],
  [0xd4, 24],
  [0xc5, 264],
  [0xf5, 528],
  [0xe5, 1_056],
  [0x95, 2_112],
  [0x85, 4_224],
  [0xb5, 8_448],
  [0xa5, 16_896],
  [0xaa, 32_256],
];

/** The width of the interval that a code stands for: it doubles with each segment, from the second on for A-law. */
const intervalOf = {
  mulaw: (code: number) => 8 << ((~code >> 4) & 7),
  alaw: (code: number) => 16 << Math.max(0, (((code ^ 0x55) >> 4) & 7) - 1),
};

function decode(codes: Uint8Array, law: 'mulaw' | 'alaw'): number[] {
  return [...PcmData.fromG711(codes, { law }).samples];
}

function encode(samples: number[], law: 'mulaw' | 'alaw'): number[] {
  return [...new PcmData({ samples: Int16Array.from(samples), sampleRate: 8_000 }).toG711(law)];
}

describe.each([
  ['mulaw', mulawReference],
  ['alaw', alawReference],
] as const)('%s', (law, reference) => {
  it('decodes to the values of ITU-T G.711, negative ones being their mirror', () => {
    const positive = Uint8Array.from(reference, ([code]) => code);
    const negative = positive.map((code) => code ^ 0x80);
    const values = reference.map(([, value]) => value);

    expect(decode(positive, law)).toEqual(values);
    expect(decode(negative, law)).toEqual(values.map((value) => 0 - value));
  });

  it('encodes what it decoded to the same code', () => {
    const again = encode(decode(allCodes, law), law);

    // µ-law has a negative zero, which 16 bits don't.
    const expected = [...allCodes].map((code) => (law === 'mulaw' && code === 0x7f ? 0xff : code));
    expect(again).toEqual(expected);
  });

  it('encodes every sample to the code whose interval it lies in', () => {
    const samples = Array.from({ length: 65_536 }, (_, i) => i - 32_768);
    const codes = encode(samples, law);
    const decoded = decode(Uint8Array.from(codes), law);

    // Beyond the last decision value everything is the last code.
    const overload = law === 'mulaw' ? 32_636 : 32_768;
    const outside = samples.filter(
      (sample, i) =>
        Math.abs(sample) <= overload &&
        Math.abs(sample - (decoded[i] ?? 0)) > intervalOf[law](codes[i] ?? 0) / 2,
    );
    expect(outside).toEqual([]);
    expect(decoded).toEqual(decoded.toSorted((x, y) => x - y));
  });
});

describe('PcmData', () => {
  it('is µ-law at 8000 Hz mono unless told otherwise', () => {
    const pcm = PcmData.fromG711(Uint8Array.of(0x80, 0x00, 0xff));

    expect([...pcm.samples]).toEqual([32_124, -32_124, 0]);
    expect(pcm).toMatchObject({ sampleRate: 8_000, channels: 1, format: 's16' });
    expect([...pcm.toG711()]).toEqual([0x80, 0x00, 0xff]);
  });

  it('takes another rate', () => {
    expect(PcmData.fromG711(new Uint8Array(160), { sampleRate: 16_000 }).durationMs).toBe(10);
  });

  it('resamples and mixes to 8000 Hz mono by itself', () => {
    const stereo = PcmData.silence(20, { sampleRate: 48_000, channels: 2, format: 'f32' });

    expect([...stereo.toG711('alaw')]).toEqual(Array.from({ length: 160 }, () => 0xd5));
  });

  it('refuses another law', () => {
    // @ts-expect-error what a caller without types may do
    expect(() => PcmData.fromG711(new Uint8Array(1), { law: 'opus' })).toThrow(
      new RangeError(`law must be 'mulaw' or 'alaw', got "opus"`),
    );
  });
});
