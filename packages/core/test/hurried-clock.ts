import type { Clock, Timer } from '../src/clock.ts';

/** Time limits wait until a test lets them pass; every other wait is over at once, and noted. */
export class HurriedClock implements Clock {
  readonly waits: number[] = [];
  readonly #limits: ReadonlySet<number>;
  readonly #pending = new Map<() => void, number>();
  /** Called when a time limit begins. */
  onLimit: (limitMs: number) => void = () => undefined;

  constructor(...limitsMs: readonly number[]) {
    this.#limits = new Set(limitsMs);
  }

  now(): number {
    return 0;
  }

  setTimeout(callback: () => void, delayMs: number): Timer {
    const fire = (): void => {
      if (this.#pending.delete(fire)) callback();
    };
    this.#pending.set(fire, delayMs);
    if (this.#limits.has(delayMs)) {
      this.onLimit(delayMs);
    } else {
      this.waits.push(delayMs);
      setImmediate(fire);
    }
    return { cancel: () => void this.#pending.delete(fire) };
  }

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Lets every limit of this length pass that is running. */
  pass(limitMs: number): void {
    for (const [fire, delayMs] of this.#pending) if (delayMs === limitMs) fire();
  }
}
