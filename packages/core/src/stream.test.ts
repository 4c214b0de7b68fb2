import { describe, expect, it } from 'vitest';
import { Stream, StreamClosedError } from './stream.ts';

describe('Stream', () => {
  it('hands items on in order, and each to one reader', async () => {
    const stream = new Stream<number>();
    const waiting = [stream.get(), stream.get()];
    for (const item of [1, 2, 3]) await stream.send(item);
    expect(await Promise.all(waiting)).toEqual([1, 2]);
    expect(stream.peek()).toEqual([3]);
    expect(stream.tryGet()).toBe(3);
    expect(stream.tryGet()).toBeUndefined();
  });

  it('makes send wait while it is full, and lets the waiting in by order', async () => {
    const stream = new Stream<string>({ maxSize: 1 });
    expect(stream.trySend('a')).toBe(true);
    expect(stream.trySend('x')).toBe(false);
    const sends = [stream.send('b'), stream.send('c')];
    expect(stream.size).toBe(1);
    expect([await stream.get(), await stream.get(), await stream.get()]).toEqual(['a', 'b', 'c']);
    await Promise.all(sends);
  });

  it('carries undefined like any other item', async () => {
    const stream = new Stream<undefined>();
    stream.trySend(undefined);
    expect(stream.size).toBe(1);
    expect(await stream.get()).toBeUndefined();
    expect(stream.size).toBe(0);
  });

  it('can be left early without being closed', async () => {
    const stream = new Stream<number>();
    for (const item of [1, 2]) stream.trySend(item);
    for await (const item of stream) {
      expect(item).toBe(1);
      break;
    }
    expect(stream.closed).toBe(false);
    expect(await stream.get()).toBe(2);
  });

  it('takes nothing for a reader that was left while it waited', async () => {
    const stream = new Stream<number>();
    const iterator = stream[Symbol.asyncIterator]();
    const next = iterator.next();
    await iterator.return?.();
    stream.trySend(1);
    expect(await next).toEqual({ value: undefined, done: true });
    expect(stream.peek()).toEqual([1]);
  });

  it('is read to its end after close, then rejects', async () => {
    const stream = new Stream<number>();
    stream.trySend(1);
    stream.close();
    expect(() => stream.trySend(2)).toThrow(StreamClosedError);
    await expect(stream.send(2)).rejects.toThrow(StreamClosedError);
    const items: number[] = [];
    for await (const item of stream) items.push(item);
    expect(items).toEqual([1]);
    expect(() => stream.tryGet()).toThrow(StreamClosedError);
    await expect(stream.get()).rejects.toThrow(StreamClosedError);
  });

  it('rejects what waits when it is closed', async () => {
    const empty = new Stream<number>();
    const full = new Stream<number>({ maxSize: 1 });
    full.trySend(1);
    const waiting = [empty.get(), full.send(2)];
    empty.close();
    full.close();
    for (const promise of waiting) await expect(promise).rejects.toThrow(StreamClosedError);
    expect(full.peek()).toEqual([1]);
  });

  it('takes and adds nothing for a waiter that was aborted', async () => {
    const stream = new Stream<number>({ maxSize: 1 });
    const reader = new AbortController();
    const get = stream.get({ signal: reader.signal });
    reader.abort(new Error('enough'));
    await expect(get).rejects.toThrow('enough');
    stream.trySend(1);
    const sender = new AbortController();
    const send = stream.send(2, { signal: sender.signal });
    sender.abort(new Error('too late'));
    await expect(send).rejects.toThrow('too late');
    expect(await stream.get()).toBe(1);
    expect(stream.size).toBe(0);
    await expect(stream.get({ signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow(
      'before',
    );
  });

  it('lets as many waiting sends in as there is room for when it is cleared', async () => {
    const stream = new Stream<number>({ maxSize: 2 });
    for (const item of [1, 2]) stream.trySend(item);
    const sends = [3, 4, 5].map((item) => stream.send(item));
    stream.clear();
    expect(stream.peek()).toEqual([3, 4]);
    stream.clear();
    expect(stream.peek()).toEqual([5]);
    await Promise.all(sends);
  });

  it('collects what arrives until the time is up or it is closed', async () => {
    const stream = new Stream<number>();
    stream.trySend(1);
    expect(await stream.collect({ timeoutMs: 0 })).toEqual([1]);
    expect(await stream.collect({ timeoutMs: -1 })).toEqual([]);
    const all = stream.collect();
    for (const item of [2, 3]) stream.trySend(item);
    stream.close();
    expect(await all).toEqual([2, 3]);
    expect(await stream.collect()).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a maxSize of %s', (maxSize) => {
    expect(() => new Stream({ maxSize })).toThrow(`got ${maxSize}`);
  });
});
