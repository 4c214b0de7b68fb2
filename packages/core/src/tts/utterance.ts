import { PcmData } from '../audio/index.ts';
import { ProviderError } from '../errors/provider-error.ts';
import { Stream } from '../stream.ts';
import type { TTSAudioItem } from './tts-audio.ts';

/** More than ten minutes of speech at 24 kHz. */
const MAX_UNREAD_BYTES = 32 * 1024 * 1024;

/** One text on a connection, and the audio that comes for it until it is read. */
export class Utterance implements AsyncIterable<TTSAudioItem> {
  /** New for each text, so that a provider that speaks several at once tells them apart by it. */
  readonly id: string = crypto.randomUUID();
  readonly previousText: string | undefined;
  /** The text so far. */
  readonly pieces: string[] = [];
  complete = false;
  /** It was asked for a second time, because the connection was lost before anything came. */
  repeated = false;
  readonly #provider: string;
  readonly #items = new Stream<TTSAudioItem>();
  #failure: ProviderError | undefined;
  #unreadBytes = 0;
  #heard = false;

  constructor(init: { provider: string; previousText: string | undefined }) {
    this.#provider = init.provider;
    this.previousText = init.previousText;
  }

  /** Some of its audio came. */
  get heard(): boolean {
    return this.#heard;
  }

  get ended(): boolean {
    return this.#items.closed;
  }

  put(item: TTSAudioItem): void {
    if (this.ended) return;
    this.#heard = true;
    this.#unreadBytes += bytesOf(item);
    if (this.#unreadBytes <= MAX_UNREAD_BYTES) {
      this.#items.trySend(item);
      return;
    }
    const message = `${this.#provider} sent more than ${MAX_UNREAD_BYTES} bytes of audio that nobody reads`;
    this.fail(new ProviderError({ provider: this.#provider, kind: 'content', message }));
  }

  /** No more audio comes; what is there can still be read. */
  end(): void {
    this.#items.close();
  }

  /** It breaks off, once what is there was read. */
  fail(error: ProviderError): void {
    if (this.ended) return;
    this.#failure = error;
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TTSAudioItem, void, undefined> {
    for await (const item of this.#items) {
      this.#unreadBytes -= bytesOf(item);
      yield item;
    }
    if (this.#failure) throw this.#failure;
  }
}

function bytesOf(item: TTSAudioItem): number {
  const audio = PcmData.isPcmData(item) || !('alignment' in item) ? item : item.audio;
  if (audio === undefined) return 0;
  return PcmData.isPcmData(audio) ? audio.samples.byteLength : audio.byteLength;
}
