import { sleep, systemClock, type Clock } from '@vision-agents/core';
import type { VideoFrame, VideoTrack } from '@vision-agents/core/video';
import { numberedFrame, type NumberedFrameOptions } from './numbered-frame.ts';

export interface NumberedTrackOptions extends Omit<NumberedFrameOptions, 'timestampMs'> {
  /** Frames per second; 30 unless given. */
  fps?: number | undefined;
  /** How many frames in a row show the same number; 1 unless given. */
  repeat?: number | undefined;
  /** The number of the first frame; 1 unless given. */
  firstNumber?: number | undefined;
  /** After so many milliseconds the track ends; never unless given. */
  durationMs?: number | undefined;
  /** How it ends, where that is a failure. */
  failure?: Error | undefined;
  id?: string | undefined;
  clock?: Clock | undefined;
}

/**
 * A short moving pattern whose frames are numbered, on a schedule that doesn't drift. It runs from the moment
 * it is made, as a camera does: a reader gets the frames from now on, and one that is late misses some.
 */
export class NumberedTrack implements VideoTrack {
  readonly id: string;
  readonly #options: NumberedTrackOptions;
  readonly #clock: Clock;
  readonly #startMs: number;
  #readers = 0;

  constructor(options: NumberedTrackOptions = {}) {
    this.id = options.id ?? 'numbered';
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#startMs = this.#clock.now();
  }

  /** How many read it right now. 0 when a test has ended proves that it was let go of. */
  get readers(): number {
    return this.#readers;
  }

  async *frames(
    options: { signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<VideoFrame, void, undefined> {
    const { signal } = options;
    const { fps = 30, repeat = 1, firstNumber = 1, durationMs = Infinity } = this.#options;
    const { failure, ...frame } = this.#options;
    const intervalMs = 1_000 / fps;
    this.#readers += 1;
    try {
      for (
        let index = this.#next(intervalMs);
        ;
        index = Math.max(index + 1, this.#next(intervalMs))
      ) {
        const timestampMs = index * intervalMs;
        if (timestampMs >= durationMs) break;
        await this.#until(timestampMs, signal);
        if (signal?.aborted) return;
        yield numberedFrame(Math.floor(index / repeat) + firstNumber, { ...frame, timestampMs });
      }
      await this.#until(durationMs, signal);
      if (failure && !signal?.aborted) throw failure;
    } finally {
      this.#readers -= 1;
    }
  }

  /** The frame that is due next; one that is a little late still counts. */
  #next(intervalMs: number): number {
    return Math.ceil((this.#clock.now() - this.#startMs) / intervalMs - 0.5);
  }

  /** Returns early when it is aborted. */
  async #until(timeMs: number, signal: AbortSignal | undefined): Promise<void> {
    const waitMs = this.#startMs + timeMs - this.#clock.now();
    if (waitMs <= 0 || signal?.aborted) return;
    try {
      await sleep(this.#clock, waitMs, { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  }
}
