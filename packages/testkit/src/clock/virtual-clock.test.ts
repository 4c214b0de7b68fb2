import { sleep } from '@vision-agents/core';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.ts';

/** Notes which timers fired, and when. */
function timers(clock: VirtualClock): {
  fired: string[];
  set: (name: string, ms: number) => void;
} {
  const fired: string[] = [];
  return {
    fired,
    set: (name, ms) =>
      void clock.setTimeout(() => void fired.push(`${name} at ${clock.now()}`), ms),
  };
}

describe('VirtualClock', () => {
  it('fires in order of due time, and of setting', async () => {
    const clock = new VirtualClock();
    const { fired, set } = timers(clock);
    set('late', 30);
    set('first', 10);
    set('second', 10);
    set('never', 51);
    expect(clock.pending).toBe(4);
    await clock.advance(50);
    expect(fired).toEqual(['first at 10', 'second at 10', 'late at 30']);
    expect([clock.now(), clock.pending]).toEqual([50, 1]);
  });

  it('fires timers that a timer or a promise sets meanwhile', async () => {
    const clock = new VirtualClock();
    const woke: number[] = [];
    const loop = (async () => {
      for (let round = 0; round < 3; round += 1) {
        await sleep(clock, 10);
        woke.push(clock.now());
      }
    })();
    await clock.advance(30);
    await loop;
    expect(woke).toEqual([10, 20, 30]);
  });

  it('fires late what was due during a jump, and what is set then from there on', async () => {
    const clock = new VirtualClock();
    const { fired, set } = timers(clock);
    clock.setTimeout(() => set('again', 10), 20);
    set('second', 30);
    await clock.jump(3_600_000);
    expect(fired).toEqual(['second at 3600000']);
    await clock.advance(10);
    expect(fired.at(-1)).toBe('again at 3600010');
  });

  it('forgets a timer that is cancelled', async () => {
    const clock = new VirtualClock();
    const { fired, set } = timers(clock);
    const cancelled = clock.setTimeout(() => set('cancelled', 1), 10);
    cancelled.cancel();
    cancelled.cancel();
    expect(clock.pending).toBe(0);
    await clock.advance(20);
    expect(fired).toEqual([]);
  });

  it('advances until something is done, or says that it is not', async () => {
    const clock = new VirtualClock();
    await clock.until(sleep(clock, 500), { limitMs: 1_000 });
    expect(clock.now()).toBe(500);
    await expect(clock.until(sleep(clock, 2_000), { limitMs: 1_000 })).rejects.toThrow(
      'not done within 1000 ms',
    );
  });
});
