import type { Clock } from '../clock.ts';

/** Waits for the work, but no longer than `limitMs`. Tells which of the two came first; rejects as the work does. */
export async function within(
  clock: Clock,
  limitMs: number,
  work: Promise<unknown>,
): Promise<'done' | 'late'> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = clock.setTimeout(() => resolve('late'), limitMs);
  try {
    return await Promise.race([work.then(() => 'done' as const), late]);
  } finally {
    timer.cancel();
  }
}
