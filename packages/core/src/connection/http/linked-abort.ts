/** An abort of its own, that also follows others for as long as it is needed. */
export class LinkedAbort {
  readonly #controller = new AbortController();
  readonly #followed: readonly AbortSignal[];
  readonly #follow = (): void => {
    const aborted = this.#followed.find((signal) => signal.aborted);
    if (aborted) this.abort(aborted.reason);
  };

  constructor(...signals: readonly (AbortSignal | undefined)[]) {
    this.#followed = signals.filter((signal) => signal !== undefined);
    for (const signal of this.#followed) signal.addEventListener('abort', this.#follow);
    this.#follow();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts this one only; the first reason stays. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
    this.release();
  }

  /** Follows no more: what it was for is over. */
  release(): void {
    for (const signal of this.#followed) signal.removeEventListener('abort', this.#follow);
  }
}
