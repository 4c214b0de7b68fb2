import { systemClock, type Clock } from './clock.ts';

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

interface Node<T> {
  readonly item: T;
  next: Node<T> | undefined;
}

interface WaitingSend<T> extends Waiter<void> {
  item: T;
}

/**
 * A closable first-in, first-out queue between two stages.
 *
 * Several readers share it: each item reaches one of them. Leaving a `for await` early does not close it.
 */
export class Stream<T> implements AsyncIterable<T> {
  readonly #clock: Clock;
  readonly #maxSize: number;
  #first: Node<T> | undefined;
  #last: Node<T> | undefined;
  #size = 0;
  #closed = false;
  readonly #readers = new Set<Waiter<T>>();
  readonly #senders = new Set<WaitingSend<T>>();

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
    return this.#size;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Adds an item, waiting while the stream is full.
   *
   * @throws StreamClosedError when the stream is closed, also while waiting
   */
  async send(item: T, options: { signal?: AbortSignal | undefined } = {}): Promise<void> {
    options.signal?.throwIfAborted();
    if (this.trySend(item)) return;
    await waitIn(this.#senders, options.signal, (waiter) => ({ ...waiter, item }));
  }

  /**
   * Adds an item if there is room.
   *
   * @returns false when the stream is full
   * @throws StreamClosedError when the stream is closed
   */
  trySend(item: T): boolean {
    if (this.#closed) throw new StreamClosedError();
    const reader = shift(this.#readers);
    if (reader) {
      reader.resolve(item);
      return true;
    }
    if (this.size >= this.#maxSize) return false;
    this.#append(item);
    return true;
  }

  /**
   * Takes the next item, waiting for one.
   *
   * @throws StreamClosedError once the stream is closed and drained
   */
  async get(options: { signal?: AbortSignal | undefined } = {}): Promise<T> {
    options.signal?.throwIfAborted();
    if (this.#first) return this.#take(this.#first);
    if (this.#closed) throw new StreamClosedError();
    return waitIn(this.#readers, options.signal, (waiter: Waiter<T>) => waiter);
  }

  /**
   * Takes the next item if there is one.
   *
   * @throws StreamClosedError once the stream is closed and drained
   */
  tryGet(): T | undefined {
    if (this.#first) return this.#take(this.#first);
    if (this.#closed) throw new StreamClosedError();
    return undefined;
  }

  /** What is buffered, oldest first, without taking it. */
  peek(): readonly T[] {
    const items: T[] = [];
    for (let node = this.#first; node; node = node.next) items.push(node.item);
    return items;
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
    this.#first = undefined;
    this.#last = undefined;
    this.#size = 0;
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

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    while (true) {
      let item: T;
      try {
        item = await this.get();
      } catch {
        return;
      }
      yield item;
    }
  }

  #append(item: T): void {
    const node: Node<T> = { item, next: undefined };
    if (this.#last) this.#last.next = node;
    else this.#first = node;
    this.#last = node;
    this.#size += 1;
  }

  #take(node: Node<T>): T {
    this.#first = node.next;
    if (!this.#first) this.#last = undefined;
    this.#size -= 1;
    this.#admitSenders();
    return node.item;
  }

  #admitSenders(): void {
    while (this.#senders.size > 0 && this.size < this.#maxSize) {
      const sender = shift(this.#senders);
      if (!sender) return;
      this.#append(sender.item);
      sender.resolve();
    }
  }
}

function shift<W>(waiters: Set<W>): W | undefined {
  const [first] = waiters;
  if (first !== undefined) waiters.delete(first);
  return first;
}

/** Waits in the queue until someone resolves the waiter; an abort takes it out again, so it consumes nothing. */
function waitIn<R, W extends Waiter<R>>(
  waiters: Set<W>,
  signal: AbortSignal | undefined,
  enter: (waiter: Waiter<R>) => W,
): Promise<R> {
  return new Promise<R>((resolve, reject) => {
    const waiter = enter({
      resolve(item) {
        signal?.removeEventListener('abort', onAbort);
        resolve(item);
      },
      reject(reason) {
        signal?.removeEventListener('abort', onAbort);
        reject(reason);
      },
    });
    function onAbort(): void {
      waiters.delete(waiter);
      reject(signal?.reason);
    }
    waiters.add(waiter);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
