import { defineOptions, MONO_16K, StreamingSTT, withQuery } from '@vision-agents/core';
import type { OptionsInput, SocketSpec, SpeakerStream } from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'acme',
  env: { apiKey: 'ACME_API_KEY' }, // read when the plugin is made, never at import
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url().default('wss://api.acme.example'),
  }),
});

// What the provider says. Messages of other types are ignored and counted.
const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('partial'), text: z.string() }),
  z.object({ type: z.literal('final'), text: z.string(), confidence: z.number().nullish() }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);

export class STT extends StreamingSTT {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({ provider: 'acme', inputFormat: MONO_16K });
    this.#settings = options.resolve(input);
  }

  protected override openStream(speaker: SpeakerStream): SocketSpec<z.output<typeof Message>> {
    return {
      url: withQuery(`${this.#settings.baseUrl}/listen`, { sample_rate: 16_000 }),
      headers: { authorization: `Bearer ${this.#settings.apiKey}` },
      messages: Message,
      ready: (message) => message.type === 'ready',
      farewell: { type: 'close' },
      onMessage(message) {
        if (message.type === 'partial') speaker.partialTranscript(message.text);
        if (message.type === 'final') {
          speaker.transcript(message.text, { confidence: message.confidence });
        }
        if (message.type === 'error') speaker.error('protocol', message.message);
      },
    };
  }
}
