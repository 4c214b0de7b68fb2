import { setImmediate } from 'node:timers/promises';
import type { VideoFrame } from './video-frame.ts';
import type { VideoTrack } from './video-track.ts';

export interface FrameReadingInit {
  readonly track: VideoTrack;
  readonly onFrame: (frame: VideoFrame) => void;
  /** The track has failed, or could not be let go of. */
  readonly onError: (error: unknown) => void;
  /** The track has ended or failed. Not called after `stop()`. */
  readonly onEnd: () => void;
}

/** Reads a track until it ends, fails or is let go of. */
export class FrameReading {
  readonly #init: FrameReadingInit;
  readonly #aborter = new AbortController();
  #ended: Promise<void> | undefined;
  #leave: () => void = () => undefined;

  constructor(init: FrameReadingInit) {
    this.#init = init;
  }

  start(): void {
    this.#ended ??= this.#read();
  }

  /** Lets go of the track. One that doesn't give in at once isn't waited for. */
  async stop(): Promise<void> {
    this.#aborter.abort();
    this.#leave();
    await this.#ended;
  }

  async #read(): Promise<void> {
    const { track, onFrame, onError, onEnd } = this.#init;
    const { signal } = this.#aborter;
    try {
      const iterator = track.frames({ signal })[Symbol.asyncIterator]();
      for (;;) {
        const next = await this.#next(iterator);
        if (next === undefined) return await this.#letGo(iterator);
        if (next.done === true) break;
        onFrame(next.value);
        // A source that has everything at hand must not hold up the process.
        await setImmediate();
      }
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
    }
    onEnd();
  }

  /** Undefined once the reading is stopped, whatever the track does. */
  #next(iterator: AsyncIterator<VideoFrame>): Promise<IteratorResult<VideoFrame> | undefined> {
    const { signal } = this.#aborter;
    if (signal.aborted) return Promise.resolve(undefined);
    // Not a race with one promise for all: that would keep a reaction for each frame.
    return new Promise((resolve, reject) => {
      this.#leave = () => resolve(undefined);
      iterator.next().then(resolve, reject);
    });
  }

  async #letGo(iterator: AsyncIterator<VideoFrame>): Promise<void> {
    const leave = async (): Promise<unknown> => iterator.return?.();
    leave().catch((error: unknown) => {
      // Many a track ends by throwing the reason of the abort.
      if (error !== this.#aborter.signal.reason) this.#init.onError(error);
    });
    await setImmediate();
  }
}
