import { Stream } from '../stream.ts';
import { checkVideoFrame, type VideoFrame } from '../video/video-frame.ts';
import type { VideoTrack } from '../video/video-track.ts';

export interface PublishedVideoTrackInit {
  readonly id: string;
  /** Makes what is shown of a frame of the source. Without it, the newest result is shown. */
  readonly draw: ((frame: VideoFrame) => VideoFrame) | undefined;
  readonly onError: (error: unknown) => void;
}

/**
 * What a processor shows: a frame for each one of the source, at its time, however long a result takes. A reader that
 * is slow gets the newest frame and holds up nobody.
 *
 * Only what was drawn or returned is shown, never the source itself: a picture may be there to hide something.
 */
export class PublishedVideoTrack implements VideoTrack {
  readonly id: string;
  readonly #init: PublishedVideoTrackInit;
  readonly #readers = new Set<Stream<VideoFrame>>();
  #result: VideoFrame | undefined;
  #closed = false;

  constructor(init: PublishedVideoTrackInit) {
    this.id = init.id;
    this.#init = init;
  }

  async *frames(
    options: { signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<VideoFrame, void, undefined> {
    const { signal } = options;
    if (this.#closed || signal?.aborted) return;
    const reader = new Stream<VideoFrame>({ maxSize: 1 });
    const leave = (): void => this.#end(reader);
    signal?.addEventListener('abort', leave, { once: true });
    this.#readers.add(reader);
    try {
      yield* reader;
    } finally {
      this.#end(reader);
      signal?.removeEventListener('abort', leave);
    }
  }

  /** The source has a frame. */
  follow(source: VideoFrame): void {
    if (this.#readers.size === 0) return;
    const shown = this.#shownOf(source);
    if (shown === undefined) return;
    for (const reader of this.#readers) {
      reader.clear();
      reader.trySend(shown);
    }
  }

  /** A result, to be shown until there is a newer one. */
  show(result: VideoFrame): void {
    this.#result = result;
  }

  /** The source is gone, and what was made of it. Readers wait for another. */
  forget(): void {
    this.#result = undefined;
  }

  close(): void {
    this.#closed = true;
    for (const reader of this.#readers) this.#end(reader);
  }

  /** What it has not read is of no use to it any more. */
  #end(reader: Stream<VideoFrame>): void {
    this.#readers.delete(reader);
    reader.clear();
    reader.close();
  }

  #shownOf(source: VideoFrame): VideoFrame | undefined {
    const { draw, onError } = this.#init;
    if (draw === undefined)
      return this.#result && { ...this.#result, timestampMs: source.timestampMs };
    try {
      const drawn = draw(source);
      checkVideoFrame(drawn);
      return drawn;
    } catch (error) {
      onError(error);
      return undefined;
    }
  }
}
