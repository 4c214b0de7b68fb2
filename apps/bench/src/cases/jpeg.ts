import { i420Layout, JpegEncoder, type VideoFrame } from '@vision-agents/core/video';
import sharp from 'sharp';
import type { Batch, Candidate, Row, Section } from '../candidate.ts';
import { recorded } from '../recorded.ts';

interface Size {
  width: number;
  height: number;
}

const source: Size = { width: 1280, height: 720 };
const quality = 85;
const frames = 4;

/** Shapes and noise, other ones for each seed. */
function picture(seed: number): VideoFrame {
  const { u, byteLength } = i420Layout(source.width, source.height);
  const data = new Uint8Array(byteLength);
  let state = seed;
  for (let at = 0; at < byteLength; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const x = at % source.width;
    const shape = 60 * Math.sin(x / 37 + seed) * Math.cos(at / source.width / 29);
    data[at] = at < u ? 120 + shape + (state >>> 28) : 128 + shape / 2;
  }
  return { kind: 'i420', ...source, timestampMs: 0, data };
}

function ours({ width, height }: Size): Batch {
  const pictures = Array.from({ length: frames }, (_, index) => picture(index));
  const encoder = new JpegEncoder({ quality, maxWidth: width, maxHeight: height });
  return {
    items: frames,
    run: async () => {
      // A frame is encoded once, so each time it is another.
      for (const each of pictures) await encoder.encode({ ...each });
    },
  };
}

/** What one would do without us, given the RGB that core makes of the planes: sharp as it comes. */
function sharpAlone({ width, height }: Size): Batch {
  const rgb = new Uint8Array(3 * source.width * source.height);
  const { data } = picture(1);
  for (let at = 0; at < rgb.length; at++) rgb[at] = data[Math.floor(at / 3)] ?? 0;
  return {
    items: frames,
    run: async () => {
      for (let index = 0; index < frames; index++) {
        await sharp(rgb, { raw: { ...source, channels: 3 } })
          .resize({ width, height, fit: 'inside' })
          .jpeg({ quality })
          .toBuffer();
      }
    },
  };
}

function candidates(size: Size): Candidate[] {
  return [
    { name: 'ours', prepare: () => ours(size) },
    {
      name: 'ours, TypeScript',
      prepare: () => {
        // Without WebAssembly the planes are made smaller in TypeScript. Each candidate has a process of its own.
        Reflect.deleteProperty(globalThis, 'WebAssembly');
        return ours(size);
      },
    },
    { name: 'sharp alone, from RGB', prepare: () => sharpAlone(size) },
  ];
}

function row(size: Size, us?: { prototype: number; python: number }): Row {
  const { width, height } = size;
  return {
    id: `jpeg-${String(height)}`,
    title: `I420 1280×720 → ${String(width)}×${String(height)}`,
    candidates: candidates(size),
    recorded: us && recorded(us.prototype, us.python),
  };
}

export const jpeg: Section = {
  title: 'JPEG of a video frame, quality 85',
  item: 'frame',
  rows: [
    row({ width: 640, height: 360 }, { prototype: 2_800, python: 25_000 }),
    row({ width: 800, height: 450 }),
    row({ width: 1280, height: 720 }, { prototype: 7_200, python: 21_600 }),
  ],
};
