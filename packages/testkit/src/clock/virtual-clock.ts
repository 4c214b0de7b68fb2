import type { Clock, Timer } from '@vision-agents/core';

/** A fake on loopback answers within a few turns of the event loop; this is some more. */
const SETTLE_TURNS = 12;
/** As Node has it: also a timer without a delay comes in a later turn. */
const SHORTEST_DELAY_MS = 1;

interface Pending {
  readonly dueMs: number;
  readonly callback: () => void;
}

/**
 * Time that passes when a test says so. Sockets are real: between two timers they are given the turns of the event
 * loop that an exchange on loopback takes.
 */
export class VirtualClock implements Clock {
  readonly #timers = new Set<Pending>();
  #nowMs = 0;

  /** Timers that wait. A test that ends with none proves that none is left over. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, delayMs: number): Timer {
    const timer = { dueMs: this.#nowMs + Math.max(SHORTEST_DELAY_MS, delayMs), callback };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Lets so much time pass. Timers fire when they are due, those that are set meanwhile too. */
  async advance(ms: number): Promise<void> {
    await this.#run(this.#nowMs + ms);
  }

  /** The machine slept: all this time is gone at once, and whatever was due meanwhile fires late. */
  async jump(ms: number): Promise<void> {
    this.#nowMs += ms;
    await this.#run(this.#nowMs);
  }

  /** Lets promises and sockets come to rest. No time passes. */
  async settle(turns: number = SETTLE_TURNS): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
  }

  /** Lets time pass until the work is done. Rejects as the work does, and when it takes longer than `limitMs`. */
  async until<T>(
    work: Promise<T>,
    options: { limitMs: number; stepMs?: number | undefined },
  ): Promise<T> {
    const { limitMs, stepMs = 10 } = options;
    const progress = { done: false };
    const ended = work.finally(() => {
      progress.done = true;
    });
    // It is awaited below, but may reject before.
    ended.catch(() => undefined);
    await this.settle();
    for (let passedMs = 0; !progress.done; passedMs += stepMs) {
      if (passedMs >= limitMs) throw new Error(`not done within ${limitMs} ms of virtual time`);
      await this.advance(stepMs);
    }
    return ended;
  }

  async #run(untilMs: number): Promise<void> {
    await this.settle();
    for (let timer = this.#next(untilMs); timer; timer = this.#next(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      this.#timers.delete(timer);
      timer.callback();
      await this.settle();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** The timer that is due first; of several, the one that was set first. */
  #next(untilMs: number): Pending | undefined {
    let next: Pending | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }
}
