import type { Clock, Timer } from '../src/clock.ts';

/** Between two steps sockets get their turns, so that what they tell is not told too late. */
const LONGEST_STEP_MS = 500;

/** Time that passes when a test says so; sockets are given a few turns of the event loop at each step. */
export class ManualClock implements Clock {
  readonly #timers = new Set<{ dueMs: number; callback: () => void }>();
  #nowMs = 0;

  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, delayMs: number): Timer {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await settle();
      const [next] = [...this.#timers].toSorted((a, b) => a.dueMs - b.dueMs);
      const stepMs = Math.min(this.#nowMs + LONGEST_STEP_MS, endMs);
      if (next && next.dueMs <= stepMs) {
        this.#nowMs = Math.max(this.#nowMs, next.dueMs);
        this.#timers.delete(next);
        next.callback();
      } else if (this.#nowMs < endMs) {
        this.#nowMs = stepMs;
      } else {
        return;
      }
    }
  }
}

/** Lets promises and sockets on loopback come to rest. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise(setImmediate);
}
