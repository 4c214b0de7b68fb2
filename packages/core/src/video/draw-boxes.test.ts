import { describe, expect, it } from 'vitest';
import { drawBoxes, type Box } from './draw-boxes.ts';
import { i420Layout } from './i420-layout.ts';
import type { VideoFrame } from './video-frame.ts';

function black(kind: 'i420' | 'rgba', width: number, height: number): VideoFrame {
  const length = kind === 'rgba' ? 4 * width * height : i420Layout(width, height).byteLength;
  return { kind, width, height, timestampMs: 40, data: new Uint8Array(length) };
}

/** The picture as text: `#` where it is drawn. */
function pictureOf({ kind, width, height, data }: VideoFrame): string[] {
  return Array.from({ length: height }, (_row, y) =>
    Array.from({ length: width }, (_column, x) => {
      const at = y * width + x;
      return data[kind === 'rgba' ? 4 * at + 1 : at] === 0 ? '.' : '#';
    }).join(''),
  );
}

const draw = (kind: 'i420' | 'rgba', boxes: readonly Box[], thickness: number): string[] =>
  pictureOf(drawBoxes(black(kind, 9, 6), boxes, { thickness }));

describe.each(['i420', 'rgba'] as const)('drawBoxes on %s', (kind) => {
  it('draws an outline inwards', () => {
    expect(draw(kind, [{ x: 1, y: 1, width: 6, height: 4 }], 1)).toEqual([
      '.........',
      '.######..',
      '.#....#..',
      '.#....#..',
      '.######..',
      '.........',
    ]);
  });

  it('draws what is inside the frame, and small boxes whole', () => {
    const boxes = [
      { x: -2, y: -2, width: 5, height: 5 },
      { x: 6.4, y: 3.6, width: 50, height: 1 },
      { x: 20, y: 20, width: 5, height: 5 },
    ];
    expect(draw(kind, boxes, 2)).toEqual([
      '.##......',
      '###......',
      '###......',
      '.........',
      '......###',
      '.........',
    ]);
  });

  it('leaves the frame as it is', () => {
    const frame = black(kind, 9, 6);
    const drawn = drawBoxes(frame, [{ x: 0, y: 0, width: 9, height: 6 }]);
    expect([drawn.timestampMs, drawn.width, drawn.height]).toEqual([40, 9, 6]);
    expect(frame.data.every((byte) => byte === 0)).toBe(true);
    expect(drawBoxes(frame, [])).toBe(frame);
  });

  it('refuses what can not be drawn', () => {
    const frame = black(kind, 9, 6);
    expect(() => drawBoxes({ ...frame, data: new Uint8Array(1) }, [])).toThrow(RangeError);
    expect(() => drawBoxes(frame, [], { thickness: 0 })).toThrow(RangeError);
  });
});

it('is green, also in colour planes', () => {
  const box = { x: 0, y: 0, width: 2, height: 2 };
  expect([...drawBoxes(black('rgba', 2, 2), [box]).data.subarray(0, 4)]).toEqual([0, 255, 0, 0]);
  expect([...drawBoxes(black('i420', 2, 2), [box]).data]).toEqual([145, 145, 145, 145, 54, 34]);
});

it('gives an encoded frame back', () => {
  const frame = { ...black('rgba', 1, 1), kind: 'encoded', mimeType: 'image/png' } as const;
  expect(drawBoxes(frame, [{ x: 0, y: 0, width: 1, height: 1 }])).toBe(frame);
});
