import type { VideoFrame } from './video-frame.ts';

/** A source of frames: somebody's camera or screen, or what a processor makes of one. */
export interface VideoTrack {
  readonly id: string;
  /**
   * The frames from now on, as they come: whoever is late misses some. It may be called again, also while another
   * reader is at it. It ends when the track does, and when the signal is aborted.
   */
  frames(options?: { signal?: AbortSignal | undefined }): AsyncIterable<VideoFrame>;
}
