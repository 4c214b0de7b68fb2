import { describeValue } from '../describe-value.ts';
import { checkFps } from './check-fps.ts';
import { sameContent } from './same-content.ts';
import type { VideoFrame } from './video-frame.ts';

export interface FrameBufferOptions {
  /** Frames per second that come in. */
  fps: number;
  /** For how long they are kept, in seconds. */
  seconds: number;
}

/** The newest frames of a track, `fps × seconds` of them (rounded, at least one), in order. */
export class FrameBuffer<Frame extends VideoFrame = VideoFrame> {
  readonly maxFrames: number;
  #frames: readonly Frame[] = [];

  /** @throws RangeError for an `fps` or a time that is not above 0, TypeError when either is no number */
  constructor({ fps, seconds }: FrameBufferOptions) {
    checkFps('fps', fps);
    if (typeof seconds !== 'number')
      throw new TypeError(`seconds must be a number, got ${describeValue(seconds)}`);
    if (!Number.isFinite(seconds) || seconds <= 0)
      throw new RangeError(`seconds must be above 0, got ${String(seconds)}`);
    this.maxFrames = Math.max(1, Math.round(fps * seconds));
  }

  /** Oldest first. It isn't changed any more: later frames make a new list. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /**
   * Adds a frame; the oldest gives way to it.
   *
   * @returns false for one that shows the same as the newest, which is not kept twice
   */
  push(frame: Frame): boolean {
    const newest = this.#frames.at(-1);
    if (newest && sameContent(newest, frame)) return false;
    this.#frames = [...this.#frames, frame].slice(-this.maxFrames);
    return true;
  }

  clear(): void {
    this.#frames = [];
  }
}
