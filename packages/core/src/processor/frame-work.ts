import type { Clock } from '../clock.ts';
import { LinkedAbort } from '../connection/http/linked-abort.ts';
import { ProviderError } from '../errors/provider-error.ts';
import { checkVideoFrame, type VideoFrame } from '../video/video-frame.ts';
import type { VideoWatch } from './video-watch.ts';

/** A frame that is, or was, being processed. */
export interface GivenFrame {
  /** What it is of. */
  readonly watch: VideoWatch;
  /** By the processor's clock. */
  readonly startedMs: number;
}

export interface FrameWorkInit {
  readonly provider: string;
  /** How long a frame may take. */
  readonly timeoutMs: number;
  readonly clock: () => Clock;
  readonly process: (
    frame: VideoFrame,
    watch: VideoWatch,
    signal: AbortSignal,
  ) => Promise<VideoFrame | void>;
  /** A frame is done, of a track that is still watched. */
  readonly onDone: (result: VideoFrame | undefined, latencyMs: number) => void;
  /** A frame was given up and is still being worked at. The promise never rejects. */
  readonly onGivenUp: (work: Promise<void>) => void;
  readonly onError: (error: unknown, watch: VideoWatch) => void;
}

/** Has frames processed, one at a time: each within its time, and none so that another suffers. */
export class FrameWork {
  readonly #init: FrameWorkInit;
  readonly #given = new WeakMap<VideoFrame, GivenFrame>();

  constructor(init: FrameWorkInit) {
    this.#init = init;
  }

  /** Undefined for a frame that was never given to the processor. */
  find(frame: VideoFrame): GivenFrame | undefined {
    return this.#given.get(frame);
  }

  /** Never rejects. Settled at the latest when the time is over or the track is not watched any more. */
  async run(frame: VideoFrame, watch: VideoWatch): Promise<void> {
    const { clock: clockOf, timeoutMs, onError } = this.#init;
    const clock = clockOf();
    const abort = new LinkedAbort(watch.signal);
    const timer = clock.setTimeout(() => abort.abort(this.#lateError()), timeoutMs);
    try {
      checkVideoFrame(frame);
      await this.#within(frame, watch, abort.signal);
    } catch (error) {
      if (!watch.signal.aborted) onError(abort.signal.aborted ? abort.signal.reason : error, watch);
    } finally {
      timer.cancel();
      abort.release();
    }
  }

  /** Rejects with the signal's reason as soon as it is aborted, whether the work heeds it or not. */
  #within(frame: VideoFrame, watch: VideoWatch, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const work = this.#process(frame, watch, signal)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', giveUp));
      const giveUp = (): void => {
        this.#init.onGivenUp(work);
        reject(signal.reason);
      };
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp);
    });
  }

  async #process(frame: VideoFrame, watch: VideoWatch, signal: AbortSignal): Promise<void> {
    const { clock, process, onDone } = this.#init;
    const startedMs = clock().now();
    this.#given.set(frame, { watch, startedMs });
    const result = (await process(frame, watch, signal)) ?? undefined;
    if (signal.aborted) return;
    if (result !== undefined) checkVideoFrame(result);
    onDone(result, clock().now() - startedMs);
  }

  #lateError(): ProviderError {
    const { provider, timeoutMs } = this.#init;
    const message = `${provider}: a frame took longer than ${timeoutMs} ms`;
    return new ProviderError({ provider, kind: 'timeout', message });
  }
}
