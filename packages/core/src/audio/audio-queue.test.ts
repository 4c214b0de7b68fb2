import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock, Timer } from '../clock.ts';
import { StreamClosedError } from '../stream.ts';
import { MONO_16K, MONO_48K, STEREO_48K } from './audio-format.ts';
import { AudioQueue } from './audio-queue.ts';
import { PcmData } from './pcm-data.ts';

const participant = { id: 'p1', userId: 'u1' };

/** Time that passes when told to. */
class ManualClock implements Clock {
  readonly #timers = new Set<{ atMs: number; callback: () => void }>();
  #nowMs = 0;

  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, delayMs: number): Timer {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers].toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs > untilMs) break;
      this.#timers.delete(next);
      this.#nowMs = next.atMs;
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}

/** Frames of 1 ms, counting from `first`. */
function pcm(
  first: number,
  frames: number,
  init: { timestampMs?: number; channels?: number } = {},
): PcmData {
  const { channels = 1 } = init;
  const samples = Int16Array.from({ length: frames * channels }, (_, i) => first * channels + i);
  return new PcmData({ samples, sampleRate: 1_000, participant, ...init });
}

function queueOf(...parts: PcmData[]): AudioQueue {
  const queue = new AudioQueue({ maxDurationMs: 10_000 });
  for (const part of parts) queue.put(part);
  return queue;
}

/** Whether it has settled by the time that all that is due has run. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  const done = promise.then(
    () => undefined,
    () => undefined,
  );
  const later = new Promise((resolve) => {
    setImmediate(() => resolve(pending));
  });
  return (await Promise.race([done, later])) === pending;
}

describe('put', () => {
  it.each([
    [new Int16Array(2), 'an Int16Array'],
    [undefined, 'undefined'],
    ['pcm', '"pcm"'],
  ])('refuses %o', (value, name) => {
    // @ts-expect-error what a caller without types may do
    expect(() => queueOf().put(value)).toThrow(new TypeError(`put takes a PcmData, got ${name}`));
  });

  it('measures stereo as long as mono', () => {
    expect(queueOf(PcmData.silence(20, STEREO_48K), PcmData.silence(20, MONO_48K)).bufferedMs).toBe(
      40,
    );
  });

  it('lets the oldest whole chunks go over the limit, and counts them', () => {
    const queue = new AudioQueue({ maxDurationMs: 50 });
    for (const first of [0, 20, 40, 60]) queue.put(pcm(first, 20));

    expect(queue).toMatchObject({ bufferedMs: 40, droppedMs: 40 });
    expect(queue.tryGet()?.samples[0]).toBe(40);
  });

  it('keeps a single chunk that is longer than the limit', () => {
    const queue = new AudioQueue({ maxDurationMs: 50 });
    queue.put(pcm(0, 20));
    queue.put(pcm(20, 200));

    expect(queue).toMatchObject({ bufferedMs: 200, droppedMs: 20 });
  });

  it('counts exactly what is left of a chunk', () => {
    const queue = new AudioQueue({ maxDurationMs: 1_000 });
    const third = new PcmData({ samples: new Int16Array(1), sampleRate: 3_000 });
    for (let i = 0; i < 3_000; i++) queue.put(third);

    expect(queue).toMatchObject({ bufferedMs: 1_000, droppedMs: 0 });
    queue.put(third);
    expect(queue).toMatchObject({ bufferedMs: 1_000, droppedMs: 1 / 3 });
  });

  it('does not drop what a reader is waiting for', async () => {
    const queue = new AudioQueue({ maxDurationMs: 50 });
    const wanted = queue.getSamples(100);
    for (const first of [0, 20, 40, 60, 80]) queue.put(pcm(first, 20));

    expect([...(await wanted).samples]).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(queue).toMatchObject({ bufferedMs: 0, droppedMs: 0 });
  });

  it('counts what comes after close', () => {
    const queue = queueOf();
    queue.close();
    queue.put(pcm(0, 20));

    expect(queue).toMatchObject({ bufferedMs: 0, droppedMs: 20 });
  });

  it('does not store audio of no length', () => {
    expect(queueOf(pcm(0, 0)).tryGet()).toBeUndefined();
  });

  it.each([0, -1, Number.NaN])('refuses a limit of %d', (maxDurationMs) => {
    expect(() => new AudioQueue({ maxDurationMs })).toThrow(RangeError);
  });
});

describe('get', () => {
  it('returns the chunks themselves, in order', async () => {
    const chunks = [pcm(0, 20), PcmData.silence(20, STEREO_48K)];
    const queue = queueOf(...chunks);

    expect(await queue.get()).toBe(chunks[0]);
    expect(queue.tryGet()).toBe(chunks[1]);
    expect(queue.tryGet()).toBeUndefined();
  });

  it('returns what getSamples has left, with the time moved along', async () => {
    const queue = queueOf(pcm(0, 20, { timestampMs: 100 }));
    await queue.getSamples(15);

    const rest = await queue.get();
    expect([...rest.samples]).toEqual([15, 16, 17, 18, 19]);
    expect(rest).toMatchObject({ participant, timestampMs: 115 });
  });

  it('serves those who wait in the order they came', async () => {
    const queue = queueOf();
    const readers = [queue.get(), queue.getSamples(2), queue.get()];
    queue.put(pcm(0, 1));
    queue.put(pcm(1, 1));
    const stolen = queue.tryGet();
    queue.put(pcm(2, 2));

    expect(stolen).toBeUndefined();
    expect((await Promise.all(readers)).map((chunk) => [...chunk.samples])).toEqual([
      [0],
      [1, 2],
      [3],
    ]);
  });

  it('takes nothing once aborted', async () => {
    const queue = queueOf();
    const aborting = new AbortController();
    const aborted = queue.get({ signal: aborting.signal });
    const next = queue.get();
    const reason = new Error('no longer wanted');
    aborting.abort(reason);
    queue.put(pcm(0, 1));

    await expect(aborted).rejects.toBe(reason);
    expect((await next).frames).toBe(1);
    await expect(queueOf(pcm(0, 1)).get({ signal: aborting.signal })).rejects.toBe(reason);
  });

  it('leaves to the next what an aborted getSamples was waiting for', async () => {
    const queue = queueOf();
    const aborting = new AbortController();
    const aborted = queue.getSamples(10, { signal: aborting.signal });
    const next = queue.get();
    queue.put(pcm(0, 5));
    aborting.abort();

    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    expect((await next).frames).toBe(5);
  });

  it('rejects once closed and empty', async () => {
    const queue = queueOf(pcm(0, 1));
    queue.close();
    queue.close();

    expect((await queue.get()).frames).toBe(1);
    await expect(queue.get()).rejects.toBeInstanceOf(StreamClosedError);
    await expect(queue.getSamples(1)).rejects.toBeInstanceOf(StreamClosedError);
    expect(queue.tryGet()).toBeUndefined();
  });

  it('rejects those who wait when closed', async () => {
    const queue = queueOf();
    const reader = queue.get();
    queue.close();

    await expect(reader).rejects.toBeInstanceOf(StreamClosedError);
  });
});

describe('getSamples', () => {
  it('cuts and joins chunks, with participant and time of the first', async () => {
    const queue = queueOf(pcm(0, 3, { timestampMs: 100 }), pcm(3, 3, { timestampMs: 200 }));

    const first = await queue.getSamples(2);
    const second = await queue.getSamples(3);

    expect([...first.samples, ...second.samples]).toEqual([0, 1, 2, 3, 4]);
    expect(second).toMatchObject({ participant, timestampMs: 102 });
    expect(queue.bufferedMs).toBe(1);
  });

  it('joins stereo by frames', async () => {
    const queue = queueOf(pcm(0, 2, { channels: 2 }), pcm(2, 2, { channels: 2 }));

    expect([...(await queue.getSamples(3)).samples]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...(await queue.getSamples(1)).samples]).toEqual([6, 7]);
  });

  it('loses and repeats no frame', async () => {
    const size = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(size, { minLength: 1, maxLength: 200 }),
        size,
        async (sizes, wanted) => {
          let first = 0;
          const queue = queueOf();
          for (const frames of sizes) {
            queue.put(pcm(first, frames));
            first += frames;
          }
          queue.close();

          const samples: number[] = [];
          while (queue.bufferedMs > 0) samples.push(...(await queue.getSamples(wanted)).samples);
          expect(samples).toEqual(Array.from({ length: first }, (_, i) => i));
        },
      ),
    );
  });

  it('waits until all is there', async () => {
    const clock = new ManualClock();
    const queue = new AudioQueue({ maxDurationMs: 1_000, clock });
    const reader = queue.getSamples(5);
    queue.put(pcm(0, 3));
    clock.advance(99);
    queue.put(pcm(3, 1));
    clock.advance(99);

    expect(await isPending(reader)).toBe(true);
    expect(queue.bufferedMs).toBe(4);
    queue.put(pcm(4, 3));
    expect([...(await reader).samples]).toEqual([0, 1, 2, 3, 4]);
    expect(clock.timers).toBe(0);
  });

  it('gives what there is when the audio runs dry for 100 ms', async () => {
    const clock = new ManualClock();
    const queue = new AudioQueue({ maxDurationMs: 1_000, clock });
    const reader = queue.getSamples(5);
    clock.advance(50);
    queue.put(pcm(0, 3));
    clock.advance(100);

    expect([...(await reader).samples]).toEqual([0, 1, 2]);
    expect(queue.bufferedMs).toBe(0);
  });

  it('gives nothing when nothing came, in the format of the last audio', async () => {
    const clock = new ManualClock();
    const queue = new AudioQueue({ maxDurationMs: 1_000, clock });
    const before = queue.getSamples(5, { timeoutMs: 30 });
    clock.advance(30);
    queue.put(PcmData.silence(1, STEREO_48K));
    queue.clear();
    const after = queue.getSamples(5, { timeoutMs: 30 });
    clock.advance(30);

    expect(await before).toMatchObject({ frames: 0, sampleRate: 16_000 });
    expect(await after).toMatchObject({ frames: 0, sampleRate: 48_000, channels: 2 });
  });

  it('waits for ever when told to', async () => {
    const clock = new ManualClock();
    const queue = new AudioQueue({ maxDurationMs: 1_000, clock });
    const reader = queue.getSamples(5, { timeoutMs: Number.POSITIVE_INFINITY });
    clock.advance(1e12);
    queue.put(pcm(0, 5));

    expect((await reader).frames).toBe(5);
  });

  it('leaves to an earlier reader what is there when it gives up', async () => {
    const clock = new ManualClock();
    const queue = new AudioQueue({ maxDurationMs: 1_000, clock });
    const patient = queue.getSamples(5, { timeoutMs: 200 });
    const hasty = queue.getSamples(5, { timeoutMs: 50 });
    queue.put(pcm(0, 3));
    clock.advance(50);
    queue.put(pcm(3, 2));

    expect((await hasty).frames).toBe(0);
    expect((await patient).frames).toBe(5);
  });

  it('ends at a change of format', async () => {
    const queue = queueOf(PcmData.silence(20, MONO_16K), PcmData.silence(20, MONO_48K));

    expect(await queue.getSamples(512)).toMatchObject({ frames: 320, sampleRate: 16_000 });
    expect(await queue.getSamples(512)).toMatchObject({ frames: 512, sampleRate: 48_000 });
  });

  it('gives a waiting reader the rest when closed', async () => {
    const queue = queueOf(pcm(0, 3));
    const readers = [queue.getSamples(5), queue.get()];
    queue.close();

    await expect(readers[0]).resolves.toMatchObject({ frames: 3 });
    await expect(readers[1]).rejects.toBeInstanceOf(StreamClosedError);
  });

  it.each([0, 1.5, -1, Number.NaN])('refuses %d frames', async (frames) => {
    await expect(queueOf().getSamples(frames)).rejects.toThrow(
      new RangeError(`frames must be a positive integer, got ${String(frames)}`),
    );
  });

  it('refuses a timeout that is none', async () => {
    await expect(queueOf().getSamples(1, { timeoutMs: -1 })).rejects.toThrow(RangeError);
  });
});

describe('getDuration', () => {
  it('counts at the rate of what comes next', async () => {
    const queue = queueOf(PcmData.silence(40, MONO_16K));
    expect((await queue.getDuration(32)).frames).toBe(512);

    const empty = queueOf();
    const reader = empty.getDuration(32);
    empty.put(PcmData.silence(40, STEREO_48K));
    expect(await reader).toMatchObject({ frames: 1_536, durationMs: 32 });
  });

  it.each([-1, Number.NaN])('refuses %d ms', async (durationMs) => {
    await expect(queueOf().getDuration(durationMs)).rejects.toThrow(RangeError);
  });
});

describe('clear', () => {
  it('forgets what is buffered, also a chunk begun, without counting it', async () => {
    const queue = queueOf(pcm(0, 20), pcm(20, 20));
    await queue.getSamples(5);
    queue.clear();
    queue.put(pcm(40, 20));

    expect(queue).toMatchObject({ bufferedMs: 20, droppedMs: 0 });
    expect((await queue.get()).frames).toBe(20);
  });
});
