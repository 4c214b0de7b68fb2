/** A scheduled callback that can still be called off. */
export interface Timer {
  cancel(): void;
}

/** All time in core goes through a `Clock`, so that tests and the agent harness can run on a virtual one. */
export interface Clock {
  /** Monotonic time in milliseconds; only differences mean something. */
  now(): number;
  setTimeout(callback: () => void, delayMs: number): Timer;
}

/** The longest delay of Node's timers: one that is longer would fire at once. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** The machine's own monotonic time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout(callback, delayMs) {
    const handle = setTimeout(callback, Math.min(delayMs, LONGEST_DELAY_MS));
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
export function sleep(
  clock: Clock,
  delayMs: number,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    function onAbort(): void {
      timer.cancel();
      reject(signal?.reason);
    }
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
