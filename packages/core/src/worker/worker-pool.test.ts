import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { workerModule } from './worker-module.ts';
import { WorkerPool } from './worker-pool.ts';

const pools: WorkerPool[] = [];

function makePool(options: { threads?: number; maxQueue?: number } = {}): WorkerPool {
  const pool = new WorkerPool({
    provider: 'acme',
    module: workerModule(import.meta.url, './fixtures/calculate'),
    clock: systemClock,
    threads: options.threads ?? 1,
    maxQueue: options.maxQueue ?? 16,
  });
  pools.push(pool);
  return pool;
}

const signal = new AbortController().signal;
const patient = { signal, deadlineMs: 10_000 };

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.destroy()));
});

describe('WorkerPool', () => {
  it('runs in a thread that keeps what it has loaded', async () => {
    const pool = makePool();
    expect(await pool.run({ do: 'double', value: 21 }, patient)).toEqual({ value: 42, calls: 1 });
    expect(await pool.run({ do: 'double', value: 1 }, patient)).toEqual({ value: 2, calls: 2 });
  });

  it('does not block the event loop, and ends a call at its deadline', async () => {
    const pool = makePool();
    const spin = pool.run({ do: 'spin' }, { signal, deadlineMs: 300 });
    await new Promise(setImmediate);
    await expect(spin).rejects.toMatchObject({
      kind: 'timeout',
      retryable: true,
      message: 'acme took longer than 300 ms in its worker',
    });
    expect(await pool.run({ do: 'double', value: 3 }, patient)).toMatchObject({ value: 6 });
  });

  it('ends a call that is aborted, with the reason', async () => {
    const pool = makePool();
    const controller = new AbortController();
    const spin = pool.run({ do: 'spin' }, { signal: controller.signal, deadlineMs: 10_000 });
    controller.abort(new Error('enough'));
    await expect(spin).rejects.toThrow('enough');
    await expect(
      pool.run({ do: 'double' }, { ...patient, signal: controller.signal }),
    ).rejects.toThrow('enough');
  });

  it('is not harmed by a result that is on its way when the call is aborted', async () => {
    const pool = makePool();
    await pool.run({ do: 'double', value: 1 }, patient);
    const controller = new AbortController();
    const call = pool.run({ do: 'double', value: 2 }, { ...patient, signal: controller.signal });
    // The event loop stands still, so the result is there and not yet read.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    expect(await pool.run({ do: 'double', value: 3 }, patient)).toMatchObject({ value: 6 });
  });

  it('survives a function that throws and a thread that dies', async () => {
    const pool = makePool();
    await expect(pool.run({ do: 'throw' }, patient)).rejects.toMatchObject({
      kind: 'internal',
      retryable: false,
      message: 'cannot calculate',
    });
    await expect(pool.run({ do: 'exit' }, patient)).rejects.toMatchObject({
      kind: 'internal',
      retryable: true,
    });
    expect(await pool.run({ do: 'double', value: 4 }, patient)).toMatchObject({ value: 8 });
  });

  it('refuses a call when too many wait', async () => {
    const pool = makePool({ maxQueue: 1 });
    const controller = new AbortController();
    const options = { signal: controller.signal, deadlineMs: 10_000 };
    const calls = [1, 2, 3, 4].map(() => pool.run({ do: 'spin' }, options));
    const outcomes = Promise.allSettled(calls);
    await expect(Promise.race(calls)).rejects.toMatchObject({
      kind: 'rate-limit',
      retryable: true,
    });
    controller.abort(new Error('done'));
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
  });
});
