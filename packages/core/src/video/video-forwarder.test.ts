import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sleep, systemClock } from '../clock.ts';
import type { VideoFrame } from './video-frame.ts';
import { VideoForwarder } from './video-forwarder.ts';
import type { VideoTrack } from './video-track.ts';

/** A frame whose number is in its time: 1 for the first. */
function frame(number: number): VideoFrame {
  const data = new Uint8Array(4).fill(number % 256);
  return { kind: 'rgba', width: 1, height: 1, timestampMs: number, data };
}

/** Frames that a test pushes; a reader gets each as it comes. */
class PushedTrack implements VideoTrack {
  readonly id = 'camera';
  /** How many readers there are, and have been. */
  readers = 0;
  opened = 0;
  #number = 0;
  readonly #push = new Set<(next: VideoFrame | Error | undefined) => void>();

  async *frames({ signal }: { signal?: AbortSignal | undefined } = {}): AsyncGenerator<VideoFrame> {
    const queue: (VideoFrame | Error | undefined)[] = [];
    let wake = Promise.withResolvers<void>();
    const push = (next: VideoFrame | Error | undefined): void => {
      queue.push(next);
      wake.resolve();
    };
    this.#push.add(push);
    this.readers += 1;
    this.opened += 1;
    signal?.addEventListener('abort', () => push(undefined), { once: true });
    try {
      for (;;) {
        while (queue.length > 0) {
          const next = queue.shift();
          if (next === undefined) return;
          if (next instanceof Error) throw next;
          yield next;
        }
        await wake.promise;
        wake = Promise.withResolvers();
      }
    } finally {
      this.#push.delete(push);
      this.readers -= 1;
    }
  }

  /** A frame now, and time for it to be read. */
  async push(): Promise<void> {
    this.#number += 1;
    await this.send(frame(this.#number));
  }

  end(): Promise<void> {
    return this.send(undefined);
  }

  async send(next: VideoFrame | Error | undefined): Promise<void> {
    for (const push of this.#push) push(next);
    await vi.advanceTimersByTimeAsync(0);
  }

  /** Frames at a rate, on a schedule that is kept. */
  async play(fps: number, durationMs: number): Promise<void> {
    const startMs = performance.now();
    for (let index = 0; index < Math.round((durationMs * fps) / 1_000); index += 1) {
      await vi.advanceTimersByTimeAsync(startMs + (index * 1_000) / fps - performance.now());
      await this.push();
    }
    await vi.advanceTimersByTimeAsync(startMs + durationMs - performance.now());
  }
}

let track: PushedTrack;
let forwarder: VideoForwarder;
let errors: string[];

function use(options: { fps?: number; maxBuffer?: number; name?: string } = {}): void {
  forwarder = new VideoForwarder(track, { ...options, onError: note });
}

function note(error: unknown, context: string): void {
  errors.push(`${context}: ${error instanceof Error ? error.message : String(error)}`);
}

/** Adds a handler that notes the numbers it gets, and takes its time. */
function listen(options: { fps?: number; takesMs?: number } = {}): number[] {
  const numbers: number[] = [];
  const { takesMs, ...rest } = options;
  forwarder.addFrameHandler(async ({ timestampMs }) => {
    numbers.push(timestampMs);
    if (takesMs !== undefined) await sleep(systemClock, takesMs);
  }, rest);
  return numbers;
}

beforeEach(() => {
  vi.useFakeTimers();
  track = new PushedTrack();
  errors = [];
  use();
});

afterEach(async () => {
  await vi.advanceTimersByTimeAsync(1_000);
  await forwarder.stop();
  expect(vi.getTimerCount()).toBe(0);
  expect(track.readers).toBe(0);
  vi.useRealTimers();
});

describe('rates', () => {
  it('gives 30, 20, 7 and 1 frame a second for ten seconds, and a slow handler delays none', async () => {
    const rates = [30, 20, 7, 1].map((fps) => ({ fps, numbers: listen({ fps }) }));
    const slow = listen({ fps: 20, takesMs: 500 });

    await track.play(30, 10_000);

    for (const { fps, numbers } of rates)
      expect(Math.abs(numbers.length - fps * 10)).toBeLessThanOrEqual(1);
    expect(rates[0]?.numbers).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(slow.length).toBeGreaterThanOrEqual(19);
    expect(slow.length).toBeLessThanOrEqual(21);
  });

  it('spaces frames evenly where the rate does not divide that of the source', async () => {
    const times: number[] = [];
    forwarder.addFrameHandler(() => void times.push(performance.now()), { fps: 20 });
    await track.play(30, 2_000);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(70);
    expect(Math.min(...gaps)).toBeGreaterThan(30);
  });

  it.each([
    [15, 20, 15],
    [30, 29.97, 29.97],
    [60, 30, 30],
    [24, 24, 24],
  ])('gives of %d frames a second to a handler at %d: %d', async (source, fps, expected) => {
    const numbers = listen({ fps });
    await track.play(source, 10_000);
    expect(Math.abs(numbers.length - expected * 10)).toBeLessThanOrEqual(1);
  });

  it('follows a source that becomes slower and faster', async () => {
    const numbers = listen({ fps: 10 });
    await track.play(30, 2_000);
    expect(numbers.length).toBeGreaterThanOrEqual(20);
    await track.play(5, 2_000);
    const slow = numbers.length;
    expect(Math.abs(slow - 30)).toBeLessThanOrEqual(1);
    await track.play(60, 2_000);
    // One is made up for.
    expect(Math.abs(numbers.length - slow - 21)).toBeLessThanOrEqual(1);
  });

  it('makes up for one frame after a pause, not for all', async () => {
    const numbers = listen({ fps: 10 });
    await track.play(30, 1_000);
    await vi.advanceTimersByTimeAsync(5_000);
    const before = numbers.length;
    await track.play(30, 1_000);
    expect(numbers.length - before).toBeLessThanOrEqual(12);
  });

  it('goes by the clock: timestamps may stand still or jump back', async () => {
    let count = 0;
    forwarder.addFrameHandler(() => void (count += 1), { fps: 10 });
    for (let index = 0; index < 30; index += 1) {
      await track.send({ ...frame(1), timestampMs: index < 15 ? 7 : -1e9 * index });
      await vi.advanceTimersByTimeAsync(100 / 3);
    }
    expect(Math.abs(count - 10)).toBeLessThanOrEqual(1);
  });

  it('takes the frame that comes at its time, not the one before', async () => {
    const numbers = listen({ fps: 1 });
    await track.play(30, 5_000);
    expect(numbers).toEqual([1, 31, 61, 91, 121]);
  });

  it('brings the last frame of a source that falls silent, when its time comes', async () => {
    const numbers = listen({ fps: 1 });
    await track.push();
    await track.push();
    await track.push();
    expect(numbers).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1_010);
    expect(numbers).toEqual([1, 3]);
  });
});

describe('a slow handler', () => {
  it('is told of the frames that it missed, and may have fewer waiting than others', async () => {
    use({ maxBuffer: 10 });
    const numbers: number[] = [];
    let skipped = 0;
    const gate = Promise.withResolvers<void>();
    const onFrame = async ({ timestampMs }: VideoFrame): Promise<void> => {
      numbers.push(timestampMs);
      await gate.promise;
    };
    const onSkip = (): void => {
      skipped += 1;
      if (skipped === 2) throw new Error('lost count');
    };
    forwarder.addFrameHandler(onFrame, { name: 'slow', maxBuffer: 1, onSkip });
    const others = listen();
    await track.play(30, 200);
    gate.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect([numbers, skipped, others.length]).toEqual([[1, 6], 4, 6]);
    expect(errors).toEqual(['camera, slow: lost count']);
    expect(() => forwarder.addFrameHandler(onFrame, { maxBuffer: 0 })).toThrow(RangeError);
  });

  it('gets the newest frame next', async () => {
    const numbers = listen({ takesMs: 500 });
    await track.play(30, 1_000);
    expect(numbers).toEqual([1, 16, 30]);
  });

  it('gets as many of the newest as maxBuffer says', async () => {
    use({ maxBuffer: 3 });
    const numbers = listen({ takesMs: 1_000 });
    for (let index = 0; index < 10; index += 1) {
      await track.push();
      await vi.advanceTimersByTimeAsync(40);
    }
    await track.end();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(numbers).toEqual([1, 8, 9, 10]);
  });
});

describe('whatever the source and the handler do', () => {
  const steps = fc.array(
    fc.record({ waitMs: fc.integer({ min: 0, max: 400 }), frames: fc.integer({ min: 1, max: 3 }) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  const handler = fc.record({
    fps: fc.constantFrom(30, 12, 5, 0.5),
    takesMs: fc.constantFrom(undefined, 10, 150, 700),
    maxBuffer: fc.integer({ min: 1, max: 3 }),
  });

  it('frames come in order, one at a time, not above the rate, and the newest one at last', async () => {
    await fc.assert(
      fc.asyncProperty(steps, handler, async (pushes, { fps, takesMs, maxBuffer }) => {
        track = new PushedTrack();
        use({ maxBuffer });
        const calls: { number: number; atMs: number }[] = [];
        let busy = 0;
        let mostBusy = 0;
        forwarder.addFrameHandler(
          async ({ timestampMs }) => {
            calls.push({ number: timestampMs, atMs: performance.now() });
            mostBusy = Math.max(mostBusy, (busy += 1));
            if (takesMs !== undefined) await sleep(systemClock, takesMs);
            busy -= 1;
          },
          { fps },
        );
        const startMs = performance.now();
        let pushed = 0;
        for (const { waitMs, frames } of pushes) {
          await vi.advanceTimersByTimeAsync(waitMs);
          for (let index = 0; index < frames; index += 1) await track.push();
          pushed += frames;
        }
        await vi.advanceTimersByTimeAsync(1_000 / fps + 1_000 * (maxBuffer + 1));
        const numbers = calls.map(({ number }) => number);
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
        expect(numbers.at(-1)).toBe(pushed);
        expect(mostBusy).toBe(1);
        // One is made up for after a pause, and as many may have waited as the buffer holds.
        for (const [index, { atMs }] of calls.entries()) {
          const most = ((atMs - startMs) * fps) / 1_000 + 2 + maxBuffer;
          expect(index).toBeLessThanOrEqual(most);
        }
        await forwarder.stop();
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

describe('sharing', () => {
  it('reads the track once, from the first handler to the last', async () => {
    expect(track.opened).toBe(0);
    const ids = [1, 2].map(() => forwarder.addFrameHandler(() => undefined));
    await track.push();
    expect([track.readers, forwarder.handlers]).toEqual([1, 2]);
    expect(ids.map((id) => forwarder.removeFrameHandler(id))).toEqual([true, true]);
    await vi.advanceTimersByTimeAsync(0);
    expect([track.readers, forwarder.running]).toEqual([0, false]);
    expect(ids.map((id) => forwarder.removeFrameHandler(id))).toEqual([false, false]);

    const again = listen();
    await track.push();
    expect(again).toEqual([2]);
    expect(track.opened).toBe(2);
  });

  it('leaves the other handler alone when one is removed, also while that is at a frame', async () => {
    const removed: number[] = [];
    const id = forwarder.addFrameHandler(async ({ timestampMs }) => {
      removed.push(timestampMs);
      await sleep(systemClock, 100);
    });
    const other = listen();
    await track.play(30, 200);
    forwarder.removeFrameHandler(id);
    const before = removed.length;
    await track.play(30, 200);
    expect(removed).toHaveLength(before);
    expect(other).toHaveLength(12);
  });

  it('lets a handler remove itself and add another', async () => {
    const second: number[] = [];
    const id = forwarder.addFrameHandler(() => {
      forwarder.removeFrameHandler(id);
      forwarder.addFrameHandler(({ timestampMs }) => void second.push(timestampMs));
    });
    await track.play(30, 200);
    expect(second.length).toBeGreaterThanOrEqual(5);
    expect(forwarder.handlers).toBe(1);
  });

  it('starts once, however often it is asked to', async () => {
    listen();
    await Promise.all([forwarder.start(), forwarder.start()]);
    await track.push();
    expect(track.opened).toBe(1);
  });
});

describe('stop', () => {
  it('ends frames, waits for the handler that is at one, and can be started again', async () => {
    const numbers = listen({ takesMs: 100 });
    await track.push();
    await track.push();
    let stopped = false;
    const stopping = forwarder.stop().then(() => (stopped = true));
    await vi.advanceTimersByTimeAsync(50);
    expect(stopped).toBe(false);
    await vi.advanceTimersByTimeAsync(50);
    await stopping;
    await track.push();
    expect([numbers, track.readers]).toEqual([[1], 0]);

    await forwarder.start();
    await track.push();
    expect(numbers).toEqual([1, 4]);
  });

  it('does not wait for the handler that calls it', async () => {
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    forwarder.addFrameHandler(async () => {
      await forwarder.stop();
      resolve();
    });
    await track.push();
    await stopped;
    expect(errors).toEqual([]);
  });

  it('waits no longer than a second, and says for whom', async () => {
    const never = new Promise<void>(() => undefined);
    const id = forwarder.addFrameHandler(() => never, { name: 'stuck' });
    await track.push();
    const stopping = forwarder.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    await stopping;
    expect(errors).toEqual(['camera, stuck: did not finish within 1000 ms while stopping']);
    forwarder.removeFrameHandler(id);
  });

  it('does not wait for a track that ignores it', async () => {
    const deaf: VideoTrack = {
      id: 'deaf',
      frames: async function* () {
        yield frame(1);
        await new Promise(() => undefined);
      },
    };
    const numbers: number[] = [];
    const other = new VideoForwarder(deaf);
    other.addFrameHandler(({ timestampMs }) => void numbers.push(timestampMs));
    await vi.advanceTimersByTimeAsync(10);
    await other.stop();
    expect(numbers).toEqual([1]);
  });
});

describe('failures', () => {
  it('reports a handler that throws or rejects, and goes on', async () => {
    forwarder.addFrameHandler(
      () => {
        throw new Error('no');
      },
      { name: 'thrower' },
    );
    forwarder.addFrameHandler(() => Promise.reject(new Error('never')), { name: 'rejecter' });
    const numbers = listen();
    await track.push();
    await vi.advanceTimersByTimeAsync(40);
    await track.push();
    expect(numbers).toEqual([1, 2]);
    expect(errors).toEqual([
      'camera, thrower: no',
      'camera, rejecter: never',
      'camera, thrower: no',
      'camera, rejecter: never',
    ]);
  });

  it('reports a track that fails, and reads it again when started', async () => {
    const numbers = listen();
    await track.push();
    await track.send(new Error('the camera is gone'));
    expect(errors).toEqual(['camera, track camera: the camera is gone']);
    expect(forwarder.running).toBe(false);
    await forwarder.start();
    await vi.advanceTimersByTimeAsync(40);
    await track.push();
    expect(numbers).toEqual([1, 2]);
  });

  it('reports a track that cannot be read', async () => {
    const broken: VideoTrack = {
      id: 'broken',
      frames: () => {
        throw new Error('not yet');
      },
    };
    const told: unknown[] = [];
    const other = new VideoForwarder(broken, { onError: (error) => told.push(error) });
    other.addFrameHandler(() => undefined);
    expect([told, other.running]).toEqual([[new Error('not yet')], false]);
  });

  it('says nothing of a track that ends', async () => {
    const numbers = listen();
    await track.push();
    await track.end();
    expect([numbers, errors, forwarder.running]).toEqual([[1], [], false]);
  });

  it('warns the process where nobody listens', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const other = new VideoForwarder(track);
    const id = other.addFrameHandler(() => Promise.reject(new Error('unheard')));
    await track.push();
    expect(warned.mock.calls).toEqual([
      [expect.stringContaining('unheard'), 'VideoForwarderWarning'],
    ]);
    other.removeFrameHandler(id);
    warned.mockRestore();
  });

  it('leaves the process its turns when a source has everything at hand', async () => {
    vi.useRealTimers();
    const endless: VideoTrack = {
      id: 'endless',
      frames: async function* () {
        for (let number = 1; ; number += 1) yield frame(number);
      },
    };
    const other = new VideoForwarder(endless);
    other.addFrameHandler(() => undefined);
    await sleep(systemClock, 5);
    await other.stop();
    expect(other.running).toBe(false);
    vi.useFakeTimers();
  });

  it.each([
    [{ fps: 0 }, 'fps must be above 0 frames per second, got 0'],
    [{ fps: Number.NaN }, 'fps must be above 0 frames per second, got NaN'],
    [{ fps: -1 }, 'fps must be above 0 frames per second, got -1'],
    [{ maxBuffer: 0 }, 'maxBuffer must be a positive integer, got 0'],
    [{ maxBuffer: 1.5 }, 'maxBuffer must be a positive integer, got 1.5'],
  ])('refuses %j', (options, message) => {
    expect(() => new VideoForwarder(track, options)).toThrow(new RangeError(message));
  });

  it('refuses a handler above its rate, or without one', () => {
    expect(() => forwarder.addFrameHandler(() => undefined, { fps: 31, name: 'eager' })).toThrow(
      new RangeError('fps of handler eager is 31, above the 30 of forwarder camera'),
    );
    expect(() => forwarder.addFrameHandler(() => undefined, { fps: 0 })).toThrow(RangeError);
    // @ts-expect-error as from JavaScript
    expect(() => forwarder.addFrameHandler(undefined)).toThrow(TypeError);
    // @ts-expect-error as from JavaScript
    expect(() => new VideoForwarder(undefined)).toThrow(TypeError);
    expect(forwarder.handlers).toBe(0);
  });
});
