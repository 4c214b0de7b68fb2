import { i420Layout, type VideoFrame } from '@vision-agents/core/video';
import { cellsOf, columns, largestNumber, rows } from './number-grid.ts';

export interface NumberedFrameOptions {
  /** In pixels; 320 unless given. */
  width?: number | undefined;
  /** In pixels; 180 unless given. */
  height?: number | undefined;
  /** `i420` unless given. */
  kind?: 'i420' | 'rgba' | undefined;
  /** 0 unless given. */
  timestampMs?: number | undefined;
}

/** Narrower blocks are lost when a picture is made smaller. */
const smallest = { width: 4 * columns, height: 4 * rows };

/**
 * A picture that has its number in it: `readImage()` and `readFrameNumber()` find it again, also in a JPEG and after
 * the picture was made smaller. A bright band moves down with the number.
 *
 * @throws RangeError for a number that is not an integer from 0 to 16,777,215, or less than 32×16 pixels
 */
export function numberedFrame(number: number, options: NumberedFrameOptions = {}): VideoFrame {
  const { width = 320, height = 180, kind = 'i420', timestampMs = 0 } = options;
  if (!Number.isInteger(number) || number < 0 || number > largestNumber)
    throw new RangeError(`number must be an integer from 0 to ${largestNumber}, got ${number}`);
  if (width < smallest.width || height < smallest.height)
    throw new RangeError(
      `a numbered frame has at least ${smallest.width}×${smallest.height} pixels, got ${width}×${height}`,
    );
  const luma = lumaOf(number, width, height);
  const frame = { width, height, timestampMs };
  return kind === 'i420'
    ? { kind, ...frame, data: withChroma(luma, width, height, number) }
    : { kind, ...frame, data: greyPixels(luma) };
}

function lumaOf(number: number, width: number, height: number): Uint8Array {
  const cells = cellsOf(number);
  const luma = new Uint8Array(width * height);
  const band = (number * 3) % height;
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor((y * rows) / height);
    const shade = Math.abs(y - band) < height / 16 ? 20 : 0;
    for (let column = 0; column < columns; column += 1) {
      const bright = cells[row * columns + column] === true;
      const begin = y * width + Math.ceil((column * width) / columns);
      const end = y * width + Math.ceil(((column + 1) * width) / columns);
      luma.fill((bright ? 200 : 40) + shade, begin, end);
    }
  }
  return luma;
}

function withChroma(luma: Uint8Array, width: number, height: number, number: number): Uint8Array {
  const { u, v, byteLength } = i420Layout(width, height);
  const data = new Uint8Array(byteLength);
  data.set(luma);
  data.fill(118 + (number % 20), u, v);
  return data.fill(138 - (number % 20), v);
}

function greyPixels(luma: Uint8Array): Uint8Array {
  const data = new Uint8Array(4 * luma.length).fill(255);
  for (const [index, value] of luma.entries()) data.fill(value, 4 * index, 4 * index + 3);
  return data;
}
