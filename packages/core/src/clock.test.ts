import { describe, expect, it, vi } from 'vitest';
import { sleep, systemClock } from './clock.ts';

describe('systemClock', () => {
  it('waits long for what is due in a century', () => {
    vi.useFakeTimers();
    const fired = vi.fn<() => void>();
    const timer = systemClock.setTimeout(fired, 100 * 365 * 24 * 3_600_000);
    vi.advanceTimersByTime(24 * 3_600_000);
    timer.cancel();
    expect(fired).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});

describe('sleep', () => {
  it('rejects when it is aborted, before or meanwhile, and leaves no timer', async () => {
    vi.useFakeTimers();
    const aborter = new AbortController();
    const sleeping = sleep(systemClock, 1_000, { signal: aborter.signal });
    aborter.abort(new Error('stop'));
    await expect(sleeping).rejects.toThrow('stop');
    await expect(sleep(systemClock, 1_000, { signal: aborter.signal })).rejects.toThrow('stop');
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
