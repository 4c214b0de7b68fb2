import type { RateRatio } from './rate-ratio.ts';

const cachedRatios = 16;

/** What is made once for a ratio and shared by all streams of the process; the 16 ratios used last are kept. */
export class RatioCache<T> {
  readonly #entries = new Map<string, T>();
  readonly #make: (ratio: RateRatio) => T;

  constructor(make: (ratio: RateRatio) => T) {
    this.#make = make;
  }

  get(ratio: RateRatio): T {
    const key = `${String(ratio.from)}/${String(ratio.to)}`;
    const entry = this.#entries.get(key) ?? this.#make(ratio);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= cachedRatios) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }
}
