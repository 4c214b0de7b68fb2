import { checkInteger } from '../audio/check-number.ts';
import { describeValue } from '../describe-value.ts';
import { i420Layout } from './i420-layout.ts';

interface FrameInit {
  /** In pixels: a positive integer, odd ones too. */
  readonly width: number;
  /** In pixels: a positive integer, odd ones too. */
  readonly height: number;
  /** When the frame was taken, in milliseconds on a clock of the source's choosing. It may jump; nothing is paced by it. */
  readonly timestampMs: number;
}

/**
 * One picture. Whoever yields a frame doesn't change its data any more: it is read later, and by several.
 *
 * - `i420`: the planes Y, U and V one after the other, without padding, as `i420Layout` says; BT.601, limited range
 * - `rgba`: four bytes a pixel, row by row, without padding; the alpha is not looked at
 * - `encoded`: an image file, such as `image/jpeg`
 */
export type VideoFrame = FrameInit &
  (
    | { readonly kind: 'i420' | 'rgba'; readonly data: Uint8Array }
    | { readonly kind: 'encoded'; readonly mimeType: string; readonly data: Uint8Array }
  );

/** A `VideoFrame` that is an image file. */
export type EncodedFrame = Extract<VideoFrame, { kind: 'encoded' }>;

/**
 * Tells a frame that can't be from one that can.
 *
 * @throws RangeError for a size that is not a positive integer, or data of another length than the size asks for
 * @throws TypeError for anything but a frame
 */
export function checkVideoFrame(frame: VideoFrame): void {
  if (typeof frame !== 'object' || frame === null)
    throw new TypeError(`a video frame must be an object, got ${describeValue(frame)}`);
  const { width, height, kind, data } = frame;
  checkInteger('width', width);
  checkInteger('height', height);
  if (!(data instanceof Uint8Array))
    throw new TypeError(`data must be a Uint8Array, got ${describeValue(data)}`);
  const expected = byteLength(frame);
  if (data.length === expected) return;
  if (expected === undefined) {
    if (data.length > 0) return;
    throw new RangeError('an encoded frame needs data, got 0 bytes');
  }
  throw new RangeError(
    `${kind} of ${String(width)}×${String(height)} takes ${String(expected)} bytes, got ${String(data.length)}`,
  );
}

/** Undefined where the size doesn't tell. */
function byteLength({ kind, width, height }: VideoFrame): number | undefined {
  switch (kind) {
    case 'i420':
      return i420Layout(width, height).byteLength;
    case 'rgba':
      return 4 * width * height;
    case 'encoded':
      return undefined;
    default: {
      const unknown: never = kind;
      throw new TypeError(
        `kind must be 'i420', 'rgba' or 'encoded', got ${describeValue(unknown)}`,
      );
    }
  }
}
