import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock, Timer } from '../clock.ts';
import { FramePace } from './frame-pace.ts';
import type { VideoFrame } from './video-frame.ts';

/** Takes a frame. The next one comes when the promise is settled. */
export type FrameHandler = (frame: VideoFrame) => void | Promise<void>;

export interface FrameLaneInit {
  readonly onFrame: FrameHandler;
  readonly fps: number;
  /** How much early or late a frame may come and still be the one for its time. */
  readonly toleranceMs: number;
  /** How many frames wait at most while the handler is busy; the oldest give way. */
  readonly maxBuffer: number;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** A frame that was due gave way to a newer one. */
  readonly onSkip?: (() => void) | undefined;
}

const currentLane = new AsyncLocalStorage<FrameLane>();

/** What one handler gets: at its own rate, and one frame at a time, so that it delays nobody but itself. */
export class FrameLane {
  readonly #init: FrameLaneInit;
  readonly #pace: FramePace;
  /** Frames that are due, for a handler that is busy. */
  #waiting: VideoFrame[] = [];
  /** The newest frame, before its time, and what wakes it. */
  #early: { frame: VideoFrame; timer: Timer } | undefined;
  #running: Promise<void> | undefined;

  constructor(init: FrameLaneInit) {
    this.#init = init;
    this.#pace = new FramePace(init);
  }

  /** The lane whose handler makes this call, if any. */
  static get current(): FrameLane | undefined {
    return currentLane.getStore();
  }

  /** What the handler is at, which never rejects; undefined when it is idle. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  offer(frame: VideoFrame): void {
    const { clock, maxBuffer, toleranceMs } = this.#init;
    const nowMs = clock.now();
    if (this.#pace.take(nowMs)) {
      this.#forgetEarly();
      if (this.#waiting.push(frame) > maxBuffer) this.#skip();
      this.#run();
    } else if (this.#waiting.length > 0) {
      this.#waiting[this.#waiting.length - 1] = frame;
    } else if (this.#early) {
      this.#early.frame = frame;
    } else {
      // A little over its time, because one that is newer may come just then.
      const timer = clock.setTimeout(this.#wake, this.#pace.waitMs(nowMs) + toleranceMs);
      this.#early = { frame, timer };
    }
  }

  /** Drops what waits. The handler may still be at a frame. */
  clear(): void {
    this.#forgetEarly();
    this.#waiting = [];
  }

  readonly #wake = (): void => {
    const frame = this.#early?.frame;
    this.#early = undefined;
    if (frame) this.offer(frame);
  };

  #skip(): void {
    this.#waiting.shift();
    this.#init.onSkip?.();
  }

  #forgetEarly(): void {
    this.#early?.timer.cancel();
    this.#early = undefined;
  }

  #run(): void {
    while (this.#running === undefined) {
      const frame = this.#waiting.shift();
      if (frame === undefined) return;
      this.#running = this.#handle(frame);
    }
  }

  /** Undefined once the handler is done, which one that isn't asynchronous is at once. */
  #handle(frame: VideoFrame): Promise<void> | undefined {
    const { onFrame, onError } = this.#init;
    try {
      const running = currentLane.run(this, onFrame, frame);
      // A handler without types may return anything.
      if (typeof running?.then !== 'function') return undefined;
      return this.#finish(running);
    } catch (error) {
      onError(error);
      return undefined;
    }
  }

  async #finish(running: Promise<void>): Promise<void> {
    try {
      await running;
    } catch (error) {
      this.#init.onError(error);
    }
    this.#running = undefined;
    this.#run();
  }
}
