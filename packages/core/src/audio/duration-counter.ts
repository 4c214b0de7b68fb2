import { framesToMs } from './audio-format.ts';

/** Adds up durations exactly: in frames per rate, since sums of milliseconds would drift. */
export class DurationCounter {
  readonly #frames = new Map<number, number>();

  get ms(): number {
    let total = 0;
    for (const [sampleRate, frames] of this.#frames) total += framesToMs(frames, sampleRate);
    return total;
  }

  /** @param frames may be negative */
  add(frames: number, sampleRate: number): void {
    this.#frames.set(sampleRate, (this.#frames.get(sampleRate) ?? 0) + frames);
  }

  reset(): void {
    this.#frames.clear();
  }
}
