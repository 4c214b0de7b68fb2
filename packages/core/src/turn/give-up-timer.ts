import type { Clock, Timer } from '../clock.ts';

/** Waits until nothing was heard for so long. However often it is put off, there is one timer. */
export class GiveUpTimer {
  readonly #clock: () => Clock;
  readonly #giveUpMs: number;
  readonly #onGiveUp: () => void;
  #timer: Timer | undefined;
  #heardMs = 0;

  /** @param init.clock asked when it is needed */
  constructor(init: { clock: () => Clock; giveUpMs: number; onGiveUp: () => void }) {
    this.#clock = init.clock;
    this.#giveUpMs = init.giveUpMs;
    this.#onGiveUp = init.onGiveUp;
  }

  /** Waits from now on. */
  start(): void {
    this.putOff();
    if (!this.#timer) this.#wait(this.#giveUpMs);
  }

  /** Something was heard just now. */
  putOff(): void {
    this.#heardMs = this.#clock().now();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #wait(delayMs: number): void {
    this.#timer = this.#clock().setTimeout(() => {
      this.#timer = undefined;
      const leftMs = this.#heardMs + this.#giveUpMs - this.#clock().now();
      if (leftMs > 0) this.#wait(leftMs);
      else this.#onGiveUp();
    }, delayMs);
  }
}
