import { systemClock, type Clock } from './clock.ts';
import { Line, type Place } from './line.ts';

/** The stream was closed: nothing can be sent, and what was buffered has been read. */
export class StreamClosedError extends Error {
  override readonly name = 'StreamClosedError';

  constructor(message = 'The stream is closed') {
    super(message);
  }
}

interface Waiter<T> {
  resolve(item: T): void;
  reject(reason: unknown): void;
}

interface WaitingSend<T> extends Waiter<void> {
  readonly item: T;
}

const sent = Promise.resolve();

/**
 * A closable first-in, first-out queue between two stages.
 *
 * Several readers share it: each item reaches one of them. Leaving a `for await` early does not close it.
 */
export class Stream<T> implements AsyncIterable<T> {
  readonly #clock: Clock;
  readonly #maxSize: number;
  readonly #items = new Line<T>();
  readonly #readers = new Line<Waiter<T>>();
  readonly #senders = new Line<WaitingSend<T>>();
  #closed = false;

  /** @param options.maxSize items held before `send` waits; without it the stream is unbounded */
  constructor(options: { maxSize?: number | undefined; clock?: Clock | undefined } = {}) {
    const { maxSize = Number.POSITIVE_INFINITY } = options;
    if (maxSize !== Number.POSITIVE_INFINITY && !(Number.isInteger(maxSize) && maxSize > 0)) {
      throw new RangeError(`maxSize must be a positive integer, got ${String(maxSize)}`);
    }
    this.#maxSize = maxSize;
    this.#clock = options.clock ?? systemClock;
  }

  get size(): number {
    return this.#items.length;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Adds an item, waiting while the stream is full.
   *
   * @throws StreamClosedError when the stream is closed, also while waiting
   */
  send(item: T, options: { signal?: AbortSignal | undefined } = {}): Promise<void> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#closed) return Promise.reject(new StreamClosedError());
    if (this.trySend(item)) return sent;
    return new Promise((resolve, reject) => {
      waitIn(this.#senders, { item, resolve, reject }, signal);
    });
  }

  /**
   * Adds an item if there is room.
   *
   * @returns false when the stream is full
   * @throws StreamClosedError when the stream is closed
   */
  trySend(item: T): boolean {
    if (this.#closed) throw new StreamClosedError();
    const reader = this.#readers.shift();
    if (reader) {
      reader.resolve(item);
      return true;
    }
    if (this.#items.length >= this.#maxSize) return false;
    this.#items.push(item);
    return true;
  }

  /**
   * Takes the next item, waiting for one.
   *
   * @throws StreamClosedError once the stream is closed and drained
   */
  get(options: { signal?: AbortSignal | undefined } = {}): Promise<T> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { first } = this.#items;
    if (first) return Promise.resolve(this.#take(first));
    if (this.#closed) return Promise.reject(new StreamClosedError());
    return new Promise((resolve, reject) => {
      waitIn(this.#readers, { resolve, reject }, signal);
    });
  }

  /**
   * Takes the next item if there is one.
   *
   * @throws StreamClosedError once the stream is closed and drained
   */
  tryGet(): T | undefined {
    const { first } = this.#items;
    if (first) return this.#take(first);
    if (this.#closed) throw new StreamClosedError();
    return undefined;
  }

  /** What is buffered, oldest first, without taking it. */
  peek(): readonly T[] {
    return [...this.#items];
  }

  /** Takes everything that is there or arrives before `timeoutMs` (without it: before the stream closes). Never rejects. */
  async collect(options: { timeoutMs?: number | undefined } = {}): Promise<T[]> {
    const { timeoutMs } = options;
    const collected: T[] = [];
    const controller = new AbortController();
    const timer =
      timeoutMs === undefined
        ? undefined
        : this.#clock.setTimeout(() => controller.abort(), Math.max(0, timeoutMs));
    try {
      while (!controller.signal.aborted)
        collected.push(await this.get({ signal: controller.signal }));
    } catch {
      // Closed or out of time: both just end the collection.
    } finally {
      timer?.cancel();
    }
    return collected;
  }

  /** Drops what is buffered; sends that were waiting for room go in. */
  clear(): void {
    this.#items.clear();
    this.#admitSenders();
  }

  /** Ends the stream. What is buffered can still be read; waiting sends and gets reject. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const waiter of [...this.#readers, ...this.#senders])
      waiter.reject(new StreamClosedError());
    this.#readers.clear();
    this.#senders.clear();
  }

  // By hand, because an async generator costs three promises more for each item.
  [Symbol.asyncIterator](): AsyncIterator<T, void, undefined> {
    const ended: IteratorReturnResult<void> = { value: undefined, done: true };
    const waiting = new Set<Place<Waiter<T>>>();
    let left = false;
    return {
      next: () => {
        const { first } = this.#items;
        if (first && !left) return Promise.resolve({ value: this.#take(first), done: false });
        if (this.#closed || left) return Promise.resolve(ended);
        return new Promise((resolve) => {
          const place = this.#readers.push({
            resolve: (value) => {
              waiting.delete(place);
              resolve({ value, done: false });
            },
            reject: () => resolve(ended),
          });
          waiting.add(place);
        });
      },
      return: () => {
        left = true;
        for (const place of waiting) {
          this.#readers.remove(place);
          place.item.reject(undefined);
        }
        waiting.clear();
        return Promise.resolve(ended);
      },
    };
  }

  #take(place: Place<T>): T {
    this.#items.remove(place);
    this.#admitSenders();
    return place.item;
  }

  #admitSenders(): void {
    while (this.#items.length < this.#maxSize) {
      const sender = this.#senders.shift();
      if (!sender) return;
      this.#items.push(sender.item);
      sender.resolve();
    }
  }
}

/** Enters the line; an abort takes the waiter out again, so that it consumes nothing. */
function waitIn<R, W extends Waiter<R>>(
  line: Line<W>,
  waiter: W,
  signal: AbortSignal | undefined,
): void {
  if (!signal) {
    line.push(waiter);
    return;
  }
  const place = line.push({
    ...waiter,
    resolve(item) {
      signal.removeEventListener('abort', onAbort);
      waiter.resolve(item);
    },
    reject(reason) {
      signal.removeEventListener('abort', onAbort);
      waiter.reject(reason);
    },
  });
  function onAbort(): void {
    line.remove(place);
    waiter.reject(signal?.reason);
  }
  signal.addEventListener('abort', onAbort, { once: true });
}
