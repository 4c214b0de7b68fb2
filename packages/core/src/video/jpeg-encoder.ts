import { checkInteger } from '../audio/check-number.ts';
import { fitInside } from './fit-inside.ts';
import { sameContent } from './same-content.ts';
import { requireSharp, sharpJpeg, type Jpeg, type SharpSource } from './sharp-jpeg.ts';
import { i420ToRgb } from './shrink/i420-to-rgb.ts';
import type { FrameSize } from './shrink/shrink-plan.ts';
import { checkVideoFrame, type EncodedFrame, type VideoFrame } from './video-frame.ts';

export interface JpegOptions {
  /** 1 to 100; 85 unless told otherwise. */
  quality?: number | undefined;
  /** In pixels; 800 unless told otherwise. A larger frame is made smaller and keeps its shape, a smaller one stays. */
  maxWidth?: number | undefined;
  /** In pixels; 600 unless told otherwise. */
  maxHeight?: number | undefined;
}

const DEFAULT_QUALITY = 85;
const DEFAULT_MAX_WIDTH = 800;
const DEFAULT_MAX_HEIGHT = 600;
const MIME_TYPE = 'image/jpeg';

/** The JPEGs of a frame by their settings, for as long as somebody has the frame. */
const encodedFrames = new WeakMap<VideoFrame, Map<string, Promise<EncodedFrame>>>();

/**
 * Makes JPEGs of the frames of a track. A frame is encoded once, however many ask for it with the same options; one
 * that shows the same as the one before isn't encoded at all.
 *
 * I420 frames are made smaller by core, in a millisecond or two; the rest is done by `sharp`, an optional peer
 * dependency, in a thread.
 */
export class JpegEncoder {
  readonly #quality: number;
  readonly #bounds: FrameSize;
  readonly #key: string;
  #last: { frame: VideoFrame; jpeg: Promise<EncodedFrame> } | undefined;

  /** @throws RangeError for a quality or a size that can't be */
  constructor(options: JpegOptions = {}) {
    const {
      quality = DEFAULT_QUALITY,
      maxWidth = DEFAULT_MAX_WIDTH,
      maxHeight = DEFAULT_MAX_HEIGHT,
    } = options;
    checkInteger('quality', quality);
    checkInteger('maxWidth', maxWidth);
    checkInteger('maxHeight', maxHeight);
    if (quality > 100) throw new RangeError(`quality must be 1 to 100, got ${String(quality)}`);
    this.#quality = quality;
    this.#bounds = { width: maxWidth, height: maxHeight };
    this.#key = [quality, maxWidth, maxHeight].join(' ');
  }

  /** @throws Error that says how to install sharp, where it is missing */
  ready(): Promise<void> {
    return requireSharp();
  }

  /**
   * The frame as a JPEG that fits the bounds; a JPEG that does so already is given back. Of frames that show the same
   * one after the other it is the same object, with the time of the first.
   *
   * @throws RangeError for a frame that can't be, see `checkVideoFrame`
   * @throws Error without sharp, and for an encoded frame that is no image
   */
  async encode(frame: VideoFrame): Promise<EncodedFrame> {
    checkVideoFrame(frame);
    const last = this.#last;
    if (last && sameContent(last.frame, frame)) return last.jpeg;
    const jpeg = this.#once(frame);
    this.#last = { frame, jpeg };
    try {
      return await jpeg;
    } catch (error) {
      // It may be tried again.
      encodedFrames.get(frame)?.delete(this.#key);
      if (this.#last.jpeg === jpeg) this.#last = undefined;
      throw error;
    }
  }

  /** Lets go of the last frame. */
  forget(): void {
    this.#last = undefined;
  }

  #once(frame: VideoFrame): Promise<EncodedFrame> {
    const known = encodedFrames.get(frame) ?? new Map<string, Promise<EncodedFrame>>();
    encodedFrames.set(frame, known);
    const jpeg = known.get(this.#key) ?? this.#encode(frame);
    known.set(this.#key, jpeg);
    return jpeg;
  }

  async #encode(frame: VideoFrame): Promise<EncodedFrame> {
    const { kind, timestampMs } = frame;
    const size = fitInside(frame, this.#bounds);
    if (kind === 'encoded' && frame.mimeType === MIME_TYPE && size.width === frame.width) {
      return frame;
    }
    const jpeg = await this.#jpeg(frame, size);
    return { kind: 'encoded', mimeType: MIME_TYPE, timestampMs, ...jpeg };
  }

  async #jpeg(frame: VideoFrame, size: FrameSize): Promise<Jpeg> {
    await requireSharp();
    try {
      return await sharpJpeg(sourceOf(frame, size), {
        quality: this.#quality,
        bounds: this.#bounds,
      });
    } catch (cause) {
      if (frame.kind !== 'encoded' || !(cause instanceof Error)) throw cause;
      const { mimeType, data } = frame;
      const message = `${mimeType} of ${String(data.length)} bytes is no image that can be read: ${cause.message}`;
      throw new Error(message, { cause });
    }
  }
}

function sourceOf(frame: VideoFrame, size: FrameSize): SharpSource {
  switch (frame.kind) {
    case 'i420':
      return { kind: 'rgb', size, data: i420ToRgb(frame.data, frame, size) };
    case 'rgba': {
      const { width, height } = frame;
      return { kind: 'rgba', size: { width, height }, data: opaque(frame.data) };
    }
    case 'encoded':
      return { kind: 'file', data: frame.data };
  }
}

/** A transparent pixel would lose its colour where the picture is made smaller. */
function opaque(rgba: Uint8Array): Uint8Array {
  const copy = rgba.slice();
  for (let alpha = 3; alpha < copy.length; alpha += 4) copy[alpha] = 255;
  return copy;
}
