import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { MONO_16K, PcmData } from '../audio/index.ts';
import { InputPacer } from './input-pacer.ts';
import { completePacing, virtualMicrophone, type InputPacing } from './input-pacing.ts';

function makePacer(pacing: InputPacing): {
  clock: ManualClock;
  pacer: InputPacer;
  given: { atMs: number; first: number | undefined; durationMs: number }[];
  listening: { now: boolean };
} {
  const clock = new ManualClock();
  const given: { atMs: number; first: number | undefined; durationMs: number }[] = [];
  const listening = { now: true };
  const pacer = new InputPacer({
    pacing: completePacing(pacing),
    format: MONO_16K,
    clock,
    listened: () => listening.now,
    deliver: ({ samples, durationMs }) =>
      void given.push({ atMs: clock.now(), first: samples[0], durationMs }),
  });
  return { clock, pacer, given, listening };
}

/** So many milliseconds, each 20 of them of the next value. */
function counting(durationMs: number): PcmData {
  const samples = Int16Array.from({ length: durationMs * 16 }, (_, i) => 1 + Math.floor(i / 320));
  return new PcmData({ samples, sampleRate: 16_000 });
}

describe('InputPacer', () => {
  it('waits until there is enough, and gives a burst on in real time', async () => {
    const { clock, pacer, given } = makePacer({});
    pacer.put(counting(280));
    await clock.pass(1_000);
    expect(given).toEqual([]);
    pacer.put(counting(120));
    await clock.pass(200);
    expect(given.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 11 }, (_, i) => 1_000 + i * 20),
    );
    expect(given.slice(0, 3).map(({ first }) => first)).toEqual([1, 2, 3]);
    await clock.pass(1_000);
    expect(given).toHaveLength(20);
    pacer.put(counting(280));
    await clock.pass(1_000);
    expect([given.length, clock.pending]).toEqual([20, 0]);
  });

  it('keeps the newest of what is too much, and counts the rest', async () => {
    const { clock, pacer, given } = makePacer({ maxBufferMs: 400 });
    pacer.put(counting(1_000));
    expect(pacer.droppedMs).toBe(600);
    await clock.pass(20);
    expect(given[0]?.first).toBe(31);
    pacer.stop();
  });

  it('counts what still waits when it is stopped', async () => {
    const { clock, pacer } = makePacer({});
    pacer.put(counting(300));
    await clock.pass(0);
    pacer.stop();
    expect([pacer.droppedMs, clock.pending]).toEqual([280, 0]);
  });

  it('sends silence like a microphone, but only to one who listens', async () => {
    const { clock, pacer, given, listening } = makePacer(virtualMicrophone);
    pacer.start();
    await clock.pass(100);
    expect(given.map(({ first }) => first)).toEqual([0, 0, 0, 0, 0, 0]);
    listening.now = false;
    await clock.pass(100);
    expect(given).toHaveLength(6);
    listening.now = true;
    pacer.put(counting(500));
    await clock.pass(60);
    expect(given.slice(6).map(({ first }) => first)).toEqual([1, 2, 3]);
    pacer.stop();
    expect(clock.pending).toBe(0);
  });

  it('gives on the end of what was said, though it is no whole chunk', async () => {
    const { clock, pacer, given } = makePacer({ startupBufferMs: 20 });
    pacer.put(counting(50));
    await clock.pass(100);
    expect(given.map(({ durationMs }) => durationMs)).toEqual([20, 20, 10]);
  });
});

describe('the pacing of audio', () => {
  it.each([
    [{ chunkMs: 0 }, /chunkMs must be above 0/],
    [{ startupBufferMs: 10 }, /startupBufferMs must be at least a chunk \(20 ms\), got 10/],
    [{ maxBufferMs: 200 }, /maxBufferMs must be at least startupBufferMs \(300 ms\), got 200/],
    [{ chunkMs: -1 }, /chunkMs must be 0 or more/],
  ])('is refused where it can not be: %o', (pacing, message) => {
    expect(() => completePacing(pacing)).toThrow(message);
  });
});
