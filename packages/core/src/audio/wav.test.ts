import { describe, expect, it } from 'vitest';
import { PcmData } from './pcm-data.ts';

const tag = { pcm: 1, adpcm: 2, float: 3, alaw: 6, mulaw: 7 };

interface WavInit {
  formatTag?: number;
  bits?: number;
  channels?: number;
  sampleRate?: number;
  data: number[] | Uint8Array;
  dataSize?: number;
  riffSize?: number;
  extensible?: boolean;
  before?: Uint8Array[];
  after?: Uint8Array[];
}

function chunk(id: string, body: ArrayLike<number>, size = body.length): Uint8Array {
  const bytes = new Uint8Array(8 + body.length + (body.length % 2));
  bytes.set(Buffer.from(id));
  new DataView(bytes.buffer).setUint32(4, size, true);
  bytes.set(Array.from(body), 8);
  return bytes;
}

function formatChunk(init: WavInit): Uint8Array {
  const {
    formatTag = tag.pcm,
    bits = 16,
    channels = 1,
    sampleRate = 16_000,
    extensible = false,
  } = init;
  const view = new DataView(new ArrayBuffer(extensible ? 40 : 16));
  const frameBytes = channels * Math.ceil(bits / 8);
  view.setUint16(0, extensible ? 0xfffe : formatTag, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, sampleRate, true);
  view.setUint32(8, sampleRate * frameBytes, true);
  view.setUint16(12, frameBytes, true);
  view.setUint16(14, bits, true);
  const bytes = new Uint8Array(view.buffer);
  if (extensible) {
    view.setUint16(16, 22, true);
    view.setUint16(18, bits, true);
    view.setUint16(24, formatTag, true);
    bytes.set([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71], 26);
  }
  return chunk('fmt ', bytes);
}

function wav(init: WavInit): Uint8Array {
  const { data, dataSize = data.length, before = [], after = [] } = init;
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    ...before,
    formatChunk(init),
    chunk('data', data, dataSize),
    ...after,
  ]);
  return Buffer.concat([chunk('RIFF', [], init.riffSize ?? body.length), body]);
}

function le16(...values: number[]): number[] {
  return [...new Uint8Array(Int16Array.from(values).buffer)];
}

describe('fromWav', () => {
  it.each([
    ['8-bit PCM', { bits: 8, data: [0, 128, 255] }, 's16', [-32_768, 0, 32_512]],
    ['16-bit PCM', { bits: 16, data: le16(-32_768, 1, 32_767) }, 's16', [-32_768, 1, 32_767]],
    [
      '24-bit PCM',
      { bits: 24, data: [0, 0, 0x80, 0, 0, 0x40, 1, 0, 0] },
      'f32',
      [-1, 0.5, 2 ** -23],
    ],
    ['32-bit PCM', { bits: 32, data: [0, 0, 0, 0x80, 0, 0, 0, 0x40] }, 'f32', [-1, 0.5]],
    [
      '32-bit float',
      { formatTag: tag.float, bits: 32, data: new Uint8Array(Float32Array.of(-1, 0.25).buffer) },
      'f32',
      [-1, 0.25],
    ],
    [
      '64-bit float',
      { formatTag: tag.float, bits: 64, data: new Uint8Array(Float64Array.of(-1, 0.25).buffer) },
      'f32',
      [-1, 0.25],
    ],
    [
      'µ-law',
      { formatTag: tag.mulaw, bits: 8, data: [0x80, 0x00, 0xff] },
      's16',
      [32_124, -32_124, 0],
    ],
    ['A-law', { formatTag: tag.alaw, bits: 8, data: [0xaa, 0x2a] }, 's16', [32_256, -32_256]],
  ] satisfies [string, WavInit, string, number[]][])('reads %s', (_name, init, format, samples) => {
    for (const extensible of [false, true]) {
      const pcm = PcmData.fromWav(wav({ ...init, extensible }));

      expect(pcm).toMatchObject({ sampleRate: 16_000, channels: 1, format });
      expect([...pcm.samples]).toEqual(samples);
    }
  });

  it.each([1, 2, 6])('reads %i channels', (channels) => {
    const values = Array.from({ length: channels * 3 }, (_, i) => i);

    const pcm = PcmData.fromWav(wav({ channels, sampleRate: 44_100, data: le16(...values) }));

    expect(pcm).toMatchObject({ sampleRate: 44_100, channels, frames: 3 });
    expect([...pcm.samples]).toEqual(values);
  });

  it('skips chunks it does not know, which are padded to an even size', () => {
    const list = chunk('LIST', [1, 2, 3]);

    const pcm = PcmData.fromWav(wav({ data: le16(5, 6), before: [list, list], after: [list] }));

    expect([...pcm.samples]).toEqual([5, 6]);
  });

  it.each([0, 0xffff_ffff, 0x7fff_f000])(
    'reads to the end when a streaming writer left size %i',
    (size) => {
      const pcm = PcmData.fromWav(
        wav({ channels: 2, data: le16(5, 6, 7), dataSize: size, riffSize: size }),
      );

      expect([...pcm.samples]).toEqual([5, 6]);
    },
  );

  it('reads a size of 0 with nothing behind it as no audio', () => {
    expect(PcmData.fromWav(wav({ data: [] })).frames).toBe(0);
  });

  it('reads a view at any offset', () => {
    const bytes = wav({ data: le16(5, 6) });
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);

    expect([...PcmData.fromWav(shifted.subarray(1)).samples]).toEqual([5, 6]);
  });

  it.each([
    [
      'one cut short',
      wav({ data: le16(1, 2), dataSize: 400 }),
      'its "data" chunk is of 400 bytes, 4 are there',
    ],
    [
      'one cut in its header',
      wav({ data: [] }).subarray(0, 30),
      'its "fmt " chunk is of 16 bytes, 10 are there',
    ],
    ['one without data', wav({ data: [] }).subarray(0, 36), 'no "data" chunk in 36 bytes'],
    ['what is too short', Uint8Array.of(82, 73), 'got 2 bytes'],
    ['what is no WAV', Buffer.from('ID3 and then some more'), '"ID3 "'],
    [
      'one with data first',
      Buffer.concat([chunk('RIFF', []), Buffer.from('WAVE'), chunk('data', [1, 2])]),
      'no "fmt "',
    ],
    [
      'a rate of 0',
      wav({ sampleRate: 0, data: [] }),
      'sampleRate of the WAV must be a positive integer, got 0',
    ],
    [
      'no channels',
      wav({ channels: 0, data: [] }),
      'channels of the WAV must be a positive integer, got 0',
    ],
    ['ADPCM', wav({ formatTag: tag.adpcm, bits: 4, data: [] }), 'format tag 2 with 4 bits'],
    ['MP3', wav({ formatTag: 0x55, bits: 0, channels: 2, data: [] }), 'format tag 85 with 0 bits'],
    ['a 16-bit float', wav({ formatTag: tag.float, data: [] }), 'float of 32 or 64 bits'],
  ])('refuses %s', (_name, bytes, message) => {
    expect(() => PcmData.fromWav(bytes)).toThrow(RangeError);
    expect(() => PcmData.fromWav(bytes)).toThrow(message);
  });

  it('refuses anything but bytes', () => {
    // @ts-expect-error what a caller without types may do
    expect(() => PcmData.fromWav('a.wav')).toThrow(
      new TypeError('bytes must be a Uint8Array, got "a.wav"'),
    );
  });
});

describe('toWav', () => {
  it('writes 16-bit PCM byte for byte as it should be', () => {
    const pcm = new PcmData({
      samples: Int16Array.of(1, -2, 3, -4),
      sampleRate: 8_000,
      channels: 2,
    });

    expect(pcm.toWav()).toEqual(
      new Uint8Array(wav({ channels: 2, sampleRate: 8_000, data: le16(1, -2, 3, -4) })),
    );
  });

  it.each([Int16Array.of(1, -2, 32_767, -32_768), Float32Array.of(0, 0.1, -1, 1.5)])(
    'writes %o so that it reads the same',
    (samples) => {
      const pcm = new PcmData({ samples, sampleRate: 44_100, channels: 2 });

      const again = PcmData.fromWav(pcm.toWav());

      expect(again).toMatchObject({ sampleRate: 44_100, channels: 2, format: pcm.format });
      expect(again.samples).toEqual(samples);
    },
  );

  it('writes only what is in view', () => {
    const pcm = new PcmData({
      samples: Int16Array.from({ length: 160 }, (_, i) => i),
      sampleRate: 8_000,
    });

    expect([...PcmData.fromWav(pcm.slice(5, 6).toWav()).samples]).toEqual([
      40, 41, 42, 43, 44, 45, 46, 47,
    ]);
  });
});
