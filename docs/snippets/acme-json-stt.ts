import { defineOptions, MONO_16K, PluginEvent, StreamingSTT } from '@vision-agents/core';
import type {
  OptionsInput,
  ProviderErrorKind,
  SocketSpec,
  SpeakerStream,
} from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'acme',
  env: { apiKey: 'ACME_API_KEY' },
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url({ protocol: /^wss?$/ }).default('wss://api.acme.example'),
    model: z.string().default('general'),
  }),
});

/** The provider found out which language is spoken. */
export class AcmeLanguageEvent extends PluginEvent {
  static override readonly type = 'acme.language';
  readonly language: string = '';
}

const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('configured') }),
  z.object({ type: z.literal('hypothesis'), text: z.string() }),
  z.object({ type: z.literal('result'), text: z.string(), took_ms: z.number().nullish() }),
  z.object({ type: z.literal('language'), language: z.string() }),
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
  z.object({ type: z.literal('done') }),
]);

/** What the provider's codes mean; any other is a temporary complaint. */
const kinds = new Map<string, ProviderErrorKind>([
  ['bad_key', 'auth'],
  ['no_such_model', 'unsupported'],
  ['slow_down', 'rate-limit'],
]);

export class STT extends StreamingSTT {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    const settings = options.resolve(input);
    const connection = { connectTimeoutMs: 5_000 }; // the provider is known to answer at once
    super({ provider: 'acme', model: settings.model, inputFormat: MONO_16K, connection });
    this.#settings = settings;
  }

  protected override openStream(speaker: SpeakerStream): SocketSpec<z.output<typeof Message>> {
    const { apiKey, baseUrl, model } = this.#settings;
    return {
      url: `${baseUrl}/stream`,
      headers: { authorization: `Bearer ${apiKey}` },
      messages: Message,
      hello: { type: 'configure', model, encoding: 's16le', rate: MONO_16K.sampleRate },
      ready: (message) => message.type === 'configured',
      encodeAudio: (pcm) => ({
        type: 'audio',
        data: Buffer.from(pcm.toBytes()).toString('base64'),
      }),
      farewell: { type: 'end' },
      finished: (message) => message.type === 'done',
      onMessage: (message) => {
        switch (message.type) {
          case 'configured':
          case 'done':
            return;
          case 'hypothesis':
            speaker.partialTranscript(message.text);
            return;
          case 'result':
            speaker.transcript(message.text, { processingTimeMs: message.took_ms });
            return;
          case 'language': {
            const { participant } = speaker;
            this.emit(AcmeLanguageEvent, { language: message.language, participant });
            return;
          }
          case 'failed':
            speaker.error(kinds.get(message.code) ?? 'protocol', message.message);
        }
      },
    };
  }
}
