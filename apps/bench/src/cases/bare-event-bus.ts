/** Calls handlers and counts those that run: no types, no errors, no pipes. What this machine needs at the least. */
export class BareEventBus<E> {
  readonly #handlers: ((event: E) => Promise<void>)[] = [];
  #running = 0;
  #resolve: (() => void) | undefined;

  on(handler: (event: E) => Promise<void>): void {
    this.#handlers.push(handler);
  }

  send(event: E): void {
    for (const handler of this.#handlers) {
      this.#running += 1;
      handler(event).then(this.#finish, this.#finish);
    }
  }

  settled(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  readonly #finish = (): void => {
    this.#running -= 1;
    if (this.#running === 0) this.#resolve?.();
  };
}
