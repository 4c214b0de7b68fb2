import {
  AudioQueue,
  FormatConverter,
  type AudioFormat,
  type AudioTrack,
  type PcmData,
} from '../audio/index.ts';

/** So much audio waits for a reader; then the oldest goes. */
const MAX_BUFFERED_MS = 10_000;

/** An audio track that a processor writes. */
export interface WritableAudioTrack extends AudioTrack {
  /**
   * Gives audio of any format to whoever reads the track, and returns at once. A reader that is slow loses the oldest.
   * Without a reader it is heard by nobody.
   *
   * @throws TypeError for anything but `PcmData`
   */
  write(pcm: PcmData): void;
}

export class PublishedAudioTrack implements WritableAudioTrack {
  readonly id: string;
  readonly format: Readonly<AudioFormat>;
  readonly #converter: FormatConverter;
  readonly #readers = new Set<AudioQueue>();
  #closed = false;

  /** @throws RangeError or TypeError for an invalid format */
  constructor(init: { id: string; format: AudioFormat }) {
    this.id = init.id;
    this.format = init.format;
    this.#converter = new FormatConverter(init.format);
  }

  write(pcm: PcmData): void {
    if (this.#closed) return;
    const converted = this.#converter.push(pcm);
    if (converted.frames === 0) return;
    for (const reader of this.#readers) reader.put(converted);
  }

  async *audio(
    options: { signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<PcmData, void, undefined> {
    const { signal } = options;
    if (this.#closed || signal?.aborted) return;
    const reader = new AudioQueue({ maxDurationMs: MAX_BUFFERED_MS });
    this.#readers.add(reader);
    try {
      for (;;) yield await reader.get({ signal });
    } catch (error) {
      if (!this.#closed && !signal?.aborted) throw error;
    } finally {
      this.#readers.delete(reader);
    }
  }

  /** Readers get what waits for them, and then end. */
  close(): void {
    const rest = this.#closed ? undefined : this.#converter.flush();
    this.#closed = true;
    for (const reader of this.#readers) {
      if (rest && rest.frames > 0) reader.put(rest);
      reader.close();
    }
  }
}
