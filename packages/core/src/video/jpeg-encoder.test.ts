import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { i420Layout } from './i420-layout.ts';
import { JpegEncoder } from './jpeg-encoder.ts';
import type { EncodedFrame, VideoFrame } from './video-frame.ts';

/** One colour above, another below: red and blue. */
function i420(width: number, height: number): VideoFrame {
  const { u, v, chromaWidth, byteLength } = i420Layout(width, height);
  const data = new Uint8Array(byteLength).fill(81, 0, u).fill(90, u, v).fill(240, v);
  const half = Math.ceil(height / 4) * chromaWidth;
  data.fill(41, 4 * Math.ceil(height / 8) * width, u);
  data.fill(240, u + half, v).fill(110, v + half);
  return { kind: 'i420', width, height, timestampMs: 5, data };
}

function rgba(width: number, height: number, [r, g, b, a]: readonly number[]): VideoFrame {
  const data = new Uint8Array(4 * width * height);
  for (let at = 0; at < data.length; at += 4) data.set([r ?? 0, g ?? 0, b ?? 0, a ?? 0], at);
  return { kind: 'rgba', width, height, timestampMs: 5, data };
}

/** The colour at a place, and the size that the file has. */
async function colour({ data }: EncodedFrame, across: number, down: number) {
  const { data: rgb, info } = await sharp(data).raw().toBuffer({ resolveWithObject: true });
  const at = 3 * (Math.floor(down * info.height) * info.width + Math.floor(across * info.width));
  return { rgb: [...rgb.subarray(at, at + 3)], size: [info.width, info.height] };
}

function expectNear(actual: readonly number[], expected: readonly number[]): void {
  for (const [index, value] of expected.entries())
    expect(Math.abs((actual[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(6);
}

describe('JpegEncoder', () => {
  it.each([
    ['i420', 1280, 720, [800, 450]],
    ['i420', 1281, 721, [800, 450]],
    ['i420', 720, 1280, [338, 600]],
    ['i420', 161, 121, [161, 121]],
    ['i420', 5000, 8, [800, 1]],
  ] as const)('makes of %s of %d×%d a JPEG of %j', async (_kind, width, height, size) => {
    const jpeg = await new JpegEncoder().encode(i420(width, height));
    expect(jpeg).toMatchObject({ kind: 'encoded', mimeType: 'image/jpeg', timestampMs: 5 });
    expect([jpeg.width, jpeg.height]).toEqual(size);
    const top = await colour(jpeg, 0.5, 0.1);
    expect(top.size).toEqual(size);
    if (height < 10) return;
    expectNear(top.rgb, [254, 0, 0]);
    expectNear((await colour(jpeg, 0.5, 0.9)).rgb, [0, 0, 255]);
  });

  it('makes one of RGBA, whatever its alpha', async () => {
    for (const alpha of [0, 100, 255]) {
      const jpeg = await new JpegEncoder({ maxWidth: 64 }).encode(
        rgba(200, 100, [200, 100, 50, alpha]),
      );
      expect([jpeg.width, jpeg.height]).toEqual([64, 32]);
      expectNear((await colour(jpeg, 0.5, 0.5)).rgb, [200, 100, 50]);
    }
  });

  it('makes one of another image, and leaves a JPEG that fits as it is', async () => {
    const pixels = rgba(300, 200, [10, 200, 30, 255]);
    const image = sharp(pixels.data, { raw: { width: 300, height: 200, channels: 4 } });
    const encoded = { kind: 'encoded', width: 300, height: 200, timestampMs: 1 } as const;
    const png = await image.clone().png().toBuffer();
    const encoder = new JpegEncoder();
    const jpeg = await encoder.encode({ ...encoded, mimeType: 'image/png', data: png });
    expect(jpeg).toMatchObject({ mimeType: 'image/jpeg', width: 300, height: 200 });
    expectNear((await colour(jpeg, 0.5, 0.5)).rgb, [10, 200, 30]);
    expect(await encoder.encode(jpeg)).toBe(jpeg);
    const small = await new JpegEncoder({ maxHeight: 100 }).encode(jpeg);
    expect((await colour(small, 0.5, 0.5)).size).toEqual([150, 100]);
  });

  it('takes fewer bytes for less quality', async () => {
    const noise = Uint8Array.from({ length: 4 * 128 * 128 }, (_, index) => (index * 7919) >> 3);
    const frame: VideoFrame = {
      kind: 'rgba',
      width: 128,
      height: 128,
      timestampMs: 0,
      data: noise,
    };
    const [fine, coarse] = await Promise.all(
      [95, 20].map((quality) => new JpegEncoder({ quality }).encode(frame)),
    );
    expect(coarse?.data.length).toBeLessThan((fine?.data.length ?? 0) / 2);
  });

  it('encodes a frame once for all that ask, and again for other settings', async () => {
    const frame = i420(320, 180);
    const [first, second, other] = await Promise.all([
      new JpegEncoder().encode(frame),
      new JpegEncoder().encode(frame),
      new JpegEncoder({ quality: 50 }).encode(frame),
    ]);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it('gives for what shows the same the same image', async () => {
    const encoder = new JpegEncoder();
    const first = await encoder.encode(i420(320, 180));
    const same = await encoder.encode({ ...i420(320, 180), timestampMs: 99 });
    const different = await encoder.encode(i420(320, 182));
    expect(same).toBe(first);
    expect(different).not.toBe(first);
    expect(await encoder.encode(i420(320, 180))).not.toBe(first);
  });

  it('says what is wrong with a frame, and goes on with the next', async () => {
    const encoder = new JpegEncoder();
    const good = i420(5, 3);
    await expect(encoder.encode({ ...good, data: new Uint8Array(26) })).rejects.toThrow(
      new RangeError('i420 of 5×3 takes 27 bytes, got 26'),
    );
    await expect(
      encoder.encode({ ...rgba(2, 2, [0, 0, 0, 0]), data: new Uint8Array(17) }),
    ).rejects.toThrow(new RangeError('rgba of 2×2 takes 16 bytes, got 17'));
    await expect(encoder.encode({ ...good, width: 0 })).rejects.toThrow(RangeError);
    const text = { kind: 'encoded', mimeType: 'image/png', data: Buffer.from('no image') } as const;
    await expect(encoder.encode({ ...text, width: 5, height: 3, timestampMs: 0 })).rejects.toThrow(
      'image/png of 8 bytes is no image that can be read',
    );
    expect(await encoder.encode(good)).toMatchObject({ width: 5, height: 3 });
  });

  it.each([
    [{ quality: 0 }, 'quality must be a positive integer, got 0'],
    [{ quality: 101 }, 'quality must be 1 to 100, got 101'],
    [{ maxWidth: 0 }, 'maxWidth must be a positive integer, got 0'],
    [{ maxHeight: 1.5 }, 'maxHeight must be a positive integer, got 1.5'],
  ])('refuses %j', (options, message) => {
    expect(() => new JpegEncoder(options)).toThrow(new RangeError(message));
  });
});
