import { describe, expect, it } from 'vitest';
import { FrameBuffer } from './frame-buffer.ts';
import type { VideoFrame } from './video-frame.ts';

function frame(content: number, timestampMs = 0): VideoFrame {
  return { kind: 'rgba', width: 1, height: 1, timestampMs, data: new Uint8Array(4).fill(content) };
}

describe('FrameBuffer', () => {
  it.each([
    [1, 10, 10],
    [2, 10, 20],
    [0.5, 5, 3],
    [0.1, 1, 1],
    [1.1, 10, 11],
  ])('keeps of %d frames a second for %d seconds %d', (fps, seconds, expected) => {
    const buffer = new FrameBuffer({ fps, seconds });
    for (let content = 0; content < 50; content += 1) buffer.push(frame(content));
    expect(buffer.maxFrames).toBe(expected);
    expect(buffer.frames.map(({ data }) => data[0])).toEqual(
      Array.from({ length: expected }, (_, index) => 50 - expected + index),
    );
  });

  it('keeps what shows the same once, until something else was shown', () => {
    const buffer = new FrameBuffer({ fps: 1, seconds: 10 });
    expect([1, 1, 2, 1].map((content, index) => buffer.push(frame(content, index)))).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(buffer.frames.map(({ timestampMs }) => timestampMs)).toEqual([0, 2, 3]);
  });

  it('tells apart what has the same bytes in another size or form', () => {
    const buffer = new FrameBuffer({ fps: 1, seconds: 10 });
    const data = new Uint8Array(24);
    const common = { timestampMs: 0, data };
    const frames: VideoFrame[] = [
      { kind: 'rgba', width: 3, height: 2, ...common },
      { kind: 'rgba', width: 2, height: 3, ...common },
      { kind: 'encoded', mimeType: 'image/png', width: 2, height: 3, ...common },
      { kind: 'encoded', mimeType: 'image/webp', width: 2, height: 3, ...common },
    ];
    expect(frames.map((each) => buffer.push(each))).toEqual([true, true, true, true]);
  });

  it('gives a list that later frames leave alone, and none once cleared', () => {
    const buffer = new FrameBuffer({ fps: 1, seconds: 1 });
    buffer.push(frame(1));
    const { frames } = buffer;
    buffer.push(frame(2));
    buffer.clear();
    expect([frames.length, frames[0]?.data[0], buffer.frames.length]).toEqual([1, 1, 0]);
    expect(buffer.push(frame(2))).toBe(true);
  });

  it.each([
    [{ fps: 0, seconds: 10 }, RangeError],
    [{ fps: 1, seconds: 0 }, RangeError],
    [{ fps: 1, seconds: Number.POSITIVE_INFINITY }, RangeError],
  ])('refuses %j', (options, error) => {
    expect(() => new FrameBuffer(options)).toThrow(error);
  });
});
