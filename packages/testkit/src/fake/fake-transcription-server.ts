import { PcmData, type AudioFormat } from '@vision-agents/core/audio';
import type { SpeechRecording } from '../speech/index.ts';
import { FakeHttpServer } from './fake-http-server.ts';
import type { STTFake } from './stt-fake.ts';
import { Transcriber, type TranscriptionAnswer } from './transcriber.ts';

/**
 * A speech-to-text provider that is asked over HTTP for one utterance at a time. It is honest: the text is what is
 * heard in the audio of the request.
 *
 * A plugin's own fake extends it with the provider's protocol: `authorise`, and `onRequest`, which reads the audio,
 * asks `transcribe` and writes the answer.
 */
export abstract class FakeTranscriptionServer extends FakeHttpServer implements STTFake {
  readonly transport = 'http';
  readonly format: AudioFormat;
  readonly #transcriber: Transcriber;

  constructor(init: { format: AudioFormat; recordings?: readonly SpeechRecording[] | undefined }) {
    super();
    this.format = init.format;
    this.#transcriber = new Transcriber({ ...init, changes: this.changes });
  }

  /** Audio that was received in all requests, in milliseconds. */
  get audioMs(): number {
    return this.#transcriber.audio.totalMs;
  }

  /** The words that were heard in all requests, in order. */
  get heard(): readonly string[] {
    return this.#transcriber.heard;
  }

  override async start(): Promise<void> {
    this.#transcriber.reset();
    await super.start();
  }

  expectAudio(
    options: { durationMs?: number | undefined; timeoutMs?: number | undefined } = {},
  ): Promise<PcmData> {
    return this.#transcriber.audio.expect(options);
  }

  /** The answer to the next utterance is this text, whatever is heard. */
  async final(text: string): Promise<void> {
    this.#transcriber.script({ type: 'text', text });
  }

  /** The answer to the next utterance is this complaint. */
  async error(message: string): Promise<void> {
    this.#transcriber.script({ type: 'error', message });
  }

  /**
   * Listens to the audio of a request: a WAV file, as it is.
   *
   * @throws Error when it is no WAV in the provider's format: the request is refused
   */
  protected async transcribe(wav: Blob): Promise<TranscriptionAnswer> {
    const pcm = PcmData.fromWav(new Uint8Array(await wav.arrayBuffer()));
    const { sampleRate, channels } = this.format;
    if (pcm.sampleRate !== sampleRate || pcm.channels !== channels) {
      throw new Error(
        `expected ${sampleRate} Hz with ${channels} channel(s), got ${pcm.sampleRate} Hz with ${pcm.channels}`,
      );
    }
    this.note('audio');
    return this.#transcriber.transcribe(pcm);
  }
}
