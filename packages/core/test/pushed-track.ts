import { Stream } from '../src/stream.ts';
import type { VideoFrame } from '../src/video/video-frame.ts';
import type { VideoTrack } from '../src/video/video-track.ts';

/** Frames that a test pushes, to whoever reads. */
export class PushedTrack implements VideoTrack {
  readonly id = 'camera';
  readonly #readers = new Set<Stream<VideoFrame | Error>>();

  get readers(): number {
    return this.#readers.size;
  }

  async *frames({ signal }: { signal?: AbortSignal | undefined } = {}): AsyncGenerator<VideoFrame> {
    const reader = new Stream<VideoFrame | Error>();
    const leave = (): void => {
      this.#readers.delete(reader);
      reader.close();
    };
    signal?.addEventListener('abort', leave, { once: true });
    this.#readers.add(reader);
    try {
      for await (const next of reader) {
        if (next instanceof Error) throw next;
        yield next;
      }
    } finally {
      leave();
    }
  }

  push(next: VideoFrame | Error): void {
    for (const reader of this.#readers) reader.trySend(next);
  }
}
