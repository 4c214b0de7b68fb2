import type { Clock, Timer } from '../clock.ts';

/** What a provider that does not heed its signal may go on for, until the next one is let in all the same. */
const OVERTIME_MS = 1_000;

/** Lets in one at a time, in the order in which they came. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Resolves when those before have left, with what says that this one has.
   *
   * @throws the signal's reason when it is aborted first
   */
  async enter(options: { signal: AbortSignal; clock: Clock }): Promise<() => void> {
    const { signal, clock } = options;
    const before = this.#last;
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    this.#last = Promise.all([before, left]);
    const aborted = Promise.withResolvers<never>();
    let overtime: Timer | undefined;
    const onAbort = (): void => {
      aborted.reject(signal.reason);
      overtime = clock.setTimeout(leave, OVERTIME_MS);
    };
    const done = (): void => {
      overtime?.cancel();
      signal.removeEventListener('abort', onAbort);
      leave();
    };
    // It may be aborted long after it was let in, when nobody waits for that any more.
    aborted.promise.catch(() => undefined);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([before, aborted.promise]);
    } catch (reason) {
      done();
      throw reason;
    }
    return done;
  }
}
