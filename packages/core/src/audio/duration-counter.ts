import { framesToMs } from './audio-format.ts';

/** Adds up durations exactly: in frames per rate, since sums of milliseconds would drift. */
export class DurationCounter {
  /** Kept out of the map, because audio hardly ever changes its rate. */
  #sampleRate = 1;
  #frames = 0;
  readonly #otherRates = new Map<number, number>();

  get ms(): number {
    let total = framesToMs(this.#frames, this.#sampleRate);
    if (this.#otherRates.size === 0) return total;
    for (const [sampleRate, frames] of this.#otherRates) total += framesToMs(frames, sampleRate);
    return total;
  }

  /** @param frames may be negative */
  add(frames: number, sampleRate: number): void {
    if (sampleRate !== this.#sampleRate) this.#changeTo(sampleRate);
    this.#frames += frames;
  }

  reset(): void {
    this.#frames = 0;
    this.#otherRates.clear();
  }

  #changeTo(sampleRate: number): void {
    if (this.#frames !== 0) this.#otherRates.set(this.#sampleRate, this.#frames);
    this.#frames = this.#otherRates.get(sampleRate) ?? 0;
    this.#otherRates.delete(sampleRate);
    this.#sampleRate = sampleRate;
  }
}
