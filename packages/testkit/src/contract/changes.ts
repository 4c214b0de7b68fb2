/** Lets someone wait until something has changed so that a condition holds. */
export class Changes {
  readonly #listeners = new Set<() => void>();

  notify(): void {
    for (const listener of this.#listeners) listener();
  }

  /**
   * Resolves with the condition's value once it is neither undefined nor false, looking at each change.
   *
   * @throws Error saying what did not happen within `timeoutMs`
   */
  until<T>(
    what: string | (() => string),
    condition: () => T | undefined | false,
    options: { timeoutMs?: number | undefined } = {},
  ): Promise<T> {
    const { timeoutMs = 5_000 } = options;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        try {
          const value = condition();
          if (value === undefined || value === false) return;
          done();
          resolve(value);
        } catch (error) {
          done();
          reject(error);
        }
      };
      const done = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
      };
      const timer = setTimeout(() => {
        done();
        reject(
          new Error(
            `${typeof what === 'string' ? what : what()}: did not happen within ${timeoutMs} ms`,
          ),
        );
      }, timeoutMs);
      this.#listeners.add(look);
      look();
    });
  }
}
