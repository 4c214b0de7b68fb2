import type { AudioFormat } from '@vision-agents/core/audio';
import type { AnswerHead, FakeExchange } from './fake-exchange.ts';
import { FakeHttpServer } from './fake-http-server.ts';
import { FakeVoice } from './fake-voice.ts';
import type { TTSFake } from './tts-fake.ts';

/**
 * A text-to-speech provider that streams the audio of one text as the answer to an HTTP request. It is honest: the text
 * can be read out of the audio, `readToneSpeech(pcm)`.
 *
 * A plugin's own fake extends it with the provider's protocol: `authorise`, and `onRequest`, which reads the request
 * and calls `speak`.
 */
export abstract class FakeSpeechServer extends FakeHttpServer implements TTSFake {
  readonly transport = 'http';
  readonly voice: FakeVoice;

  constructor(init: { format: AudioFormat }) {
    super();
    this.voice = new FakeVoice({ ...init, changes: this.changes });
  }

  override async start(): Promise<void> {
    this.voice.reset();
    await super.start();
  }

  /** Streams the audio of the text, raw. A complaint before the first audio is a 503, one in the middle a cut. */
  protected async speak(
    exchange: FakeExchange,
    text: string,
    head: AnswerHead = {},
  ): Promise<void> {
    this.note('text');
    let started = false;
    const begin = (): void => {
      if (!started)
        exchange.start({ ...head, headers: { 'content-type': 'audio/pcm', ...head.headers } });
      started = true;
    };
    await this.voice.speak(text, {
      signal: exchange.signal,
      audio: (bytes) => {
        begin();
        exchange.write(bytes);
      },
      end: () => {
        begin();
        exchange.end();
      },
      error: (message) => {
        if (started) exchange.drop();
        else exchange.json({ error: message }, { status: 503 });
      },
    });
  }
}
