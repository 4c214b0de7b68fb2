import { systemClock } from '../clock.ts';
import type { Clock, Timer } from '../clock.ts';
import { StreamClosedError } from '../stream.ts';
import { AudioBuffer } from './audio-buffer.ts';
import { MONO_16K, msToFrames, sameFormat } from './audio-format.ts';
import type { AudioFormat } from './audio-format.ts';
import { checkDurationMs, checkInteger } from './check-number.ts';
import { describeValue } from '../describe-value.ts';
import { DurationCounter } from './duration-counter.ts';
import { PcmData } from './pcm-data.ts';

/** The longest delay that timers of Node can have. */
const longestDelayMs = 2_147_483_647;

/** How `getSamples` and `getDuration` wait. */
export interface GetSamplesOptions {
  /** How long no audio may come before they give what there is; 100 ms unless told otherwise, `Infinity` for ever. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

interface Waiter {
  /** What it waits for, if it is there; whatever there is, if `partial`. */
  take(partial: boolean): PcmData | undefined;
  resolve(pcm: PcmData): void;
  reject(reason: unknown): void;
}

/**
 * A bounded queue of audio between one that must never wait and one that reads at its own pace.
 *
 * It is measured in time. Readers are served in the order they came; each piece of audio reaches one of them.
 * Chunks may differ in format: `get` returns them as they are, `getSamples` ends at a change of format.
 */
export class AudioQueue {
  readonly #maxDurationMs: number;
  readonly #clock: Clock;
  readonly #buffer = new AudioBuffer();
  readonly #dropped = new DurationCounter();
  readonly #waiters = new Set<Waiter>();
  /** Of the audio put last: what an empty answer has. */
  #format: AudioFormat = MONO_16K;
  #lastPutMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  /** @throws RangeError or TypeError unless `maxDurationMs` is a positive number */
  constructor(options: { maxDurationMs: number; clock?: Clock | undefined }) {
    const { maxDurationMs, clock = systemClock } = options;
    checkDurationMs('maxDurationMs', maxDurationMs);
    if (maxDurationMs === 0)
      throw new RangeError('maxDurationMs must be more than 0 milliseconds, got 0');
    this.#maxDurationMs = maxDurationMs;
    this.#clock = clock;
  }

  /** What could be read now. */
  get bufferedMs(): number {
    return this.#buffer.durationMs;
  }

  /** Everything that was put and gave way to newer audio, or came after `close()`. */
  get droppedMs(): number {
    return this.#dropped.ms;
  }

  /**
   * Adds audio at the end and returns at once. Over the limit the oldest whole chunks go and are counted; the newest
   * stays, however long it is, and so does what a waiting `getSamples` has asked for.
   *
   * @throws TypeError for anything but a `PcmData`
   */
  put(pcm: PcmData): void {
    if (!PcmData.isPcmData(pcm))
      throw new TypeError(`put takes a PcmData, got ${describeValue(pcm)}`);
    if (pcm.frames === 0) return;
    if (this.#closed) {
      this.#dropped.add(pcm.frames, pcm.sampleRate);
      return;
    }
    if (!sameFormat(pcm, this.#format)) {
      this.#format = { sampleRate: pcm.sampleRate, channels: pcm.channels, format: pcm.format };
    }
    this.#buffer.put(pcm);
    if (this.#waiters.size > 0) {
      this.#lastPutMs = this.#clock.now();
      this.#serve();
    }
    this.#dropOldest();
  }

  /**
   * The oldest chunk, or what `getSamples` has left of it.
   *
   * @throws StreamClosedError once closed and empty, the signal's reason when aborted
   */
  get(options: { signal?: AbortSignal | undefined } = {}): Promise<PcmData> {
    return this.#wait(() => this.#buffer.take(), Number.POSITIVE_INFINITY, options.signal);
  }

  /** As `get`, but undefined when there is nothing, or when others are waiting for it. */
  tryGet(): PcmData | undefined {
    return this.#waiters.size > 0 ? undefined : this.#buffer.take();
  }

  /**
   * Exactly so many frames, cut and joined from the chunks, with participant and time of the first. Fewer, down to none,
   * when no audio came for `timeoutMs`, before a change of format, and at the end of a closed queue.
   *
   * @throws StreamClosedError once closed and empty, the signal's reason when aborted
   */
  getSamples(frames: number, options: GetSamplesOptions = {}): Promise<PcmData> {
    try {
      checkInteger('frames', frames);
      checkTimeout(options.timeoutMs);
      return this.#takeNow(frames, options) ?? this.#waitForFrames(() => frames, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** As `getSamples`, for a duration at the rate of what comes next: the nearest number of frames, and at least one. */
  getDuration(durationMs: number, options: GetSamplesOptions = {}): Promise<PcmData> {
    try {
      checkDurationMs('durationMs', durationMs);
      checkTimeout(options.timeoutMs);
      return this.#waitForFrames(
        (sampleRate) => Math.max(1, msToFrames(durationMs, sampleRate)),
        options,
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Forgets what is buffered, without counting it. Readers go on waiting. */
  clear(): void {
    this.#buffer.clear();
  }

  /** Nothing is taken in any more; what is buffered can still be read. Readers that wait get it, or a StreamClosedError. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const waiter of this.#waiters) {
      const pcm = waiter.take(true);
      if (pcm === undefined) waiter.reject(new StreamClosedError());
      else waiter.resolve(pcm);
    }
  }

  /** What is there already, without the machinery of waiting, which costs as much again. */
  #takeNow(frames: number, { signal }: GetSamplesOptions): Promise<PcmData> | undefined {
    if (this.#waiters.size > 0 || signal?.aborted) return undefined;
    const pcm = this.#buffer.takeFrames(frames, { partial: this.#closed });
    return pcm && Promise.resolve(pcm);
  }

  #waitForFrames(
    framesAt: (sampleRate: number) => number,
    options: GetSamplesOptions,
  ): Promise<PcmData> {
    const { timeoutMs = 100, signal } = options;
    const take = (partial: boolean): PcmData | undefined => {
      const { sampleRate } = this.#buffer;
      return sampleRate === undefined
        ? undefined
        : this.#buffer.takeFrames(framesAt(sampleRate), { partial });
    };
    return this.#wait(take, timeoutMs, signal);
  }

  #wait(
    take: Waiter['take'],
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<PcmData> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const ready = this.#waiters.size === 0 ? take(this.#closed) : undefined;
    if (ready !== undefined) return Promise.resolve(ready);
    if (this.#closed) return Promise.reject(new StreamClosedError());

    return new Promise((resolve, reject) => {
      let timer: Timer | undefined;
      const settle = (): void => {
        this.#waiters.delete(waiter);
        timer?.cancel();
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter = {
        take,
        resolve(pcm) {
          settle();
          resolve(pcm);
        },
        reject(reason) {
          settle();
          reject(reason);
        },
      };
      const onAbort = (): void => {
        waiter.reject(signal?.reason);
        this.#serve();
        this.#dropOldest();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);

      const since = this.#clock.now();
      const watch = (): void => {
        const leftMs = timeoutMs - (this.#clock.now() - Math.max(since, this.#lastPutMs));
        if (leftMs > 0) timer = this.#clock.setTimeout(watch, Math.min(leftMs, longestDelayMs));
        else this.#giveUp(waiter);
      };
      if (timeoutMs !== Number.POSITIVE_INFINITY) {
        timer = this.#clock.setTimeout(watch, Math.min(timeoutMs, longestDelayMs));
      }
    });
  }

  /** The audio has run dry: a waiter gets what there is, unless that is for another who came before. */
  #giveUp(waiter: Waiter): void {
    const [first] = this.#waiters;
    const pcm = first === waiter ? waiter.take(true) : undefined;
    waiter.resolve(pcm ?? PcmData.silence(0, this.#format));
    this.#serve();
  }

  #serve(): void {
    for (const waiter of this.#waiters) {
      const pcm = waiter.take(false);
      if (pcm === undefined) return;
      waiter.resolve(pcm);
    }
  }

  #dropOldest(): void {
    if (this.#waiters.size > 0) return;
    while (this.#buffer.chunks > 1 && this.#buffer.durationMs > this.#maxDurationMs) {
      const oldest = this.#buffer.take();
      if (oldest !== undefined) this.#dropped.add(oldest.frames, oldest.sampleRate);
    }
  }
}

function checkTimeout(timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY) {
    checkDurationMs('timeoutMs', timeoutMs);
  }
}
