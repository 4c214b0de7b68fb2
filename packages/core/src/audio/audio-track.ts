import type { AudioFormat } from './audio-format.ts';
import type { PcmData } from './pcm-data.ts';

/** A source of audio: somebody's microphone, or what a processor makes. */
export interface AudioTrack {
  readonly id: string;
  /** Of all its audio. */
  readonly format: Readonly<AudioFormat>;
  /**
   * The audio from now on, as it comes. It may be called again, also while another reader is at it. It ends when the
   * track does, and when the signal is aborted.
   */
  audio(options?: { signal?: AbortSignal | undefined }): AsyncIterable<PcmData>;
}
