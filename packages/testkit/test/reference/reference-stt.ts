import {
  defineOptions,
  MONO_16K,
  StreamingSTT,
  withQuery,
  type ConnectionPolicy,
  type OptionsInput,
  type SocketSpec,
  type SpeakerStream,
} from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'reference',
  env: { apiKey: 'REFERENCE_API_KEY' },
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url().default('wss://reference.invalid'),
  }),
});

export const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('partial'), text: z.string() }),
  z.object({ type: z.literal('final'), text: z.string() }),
  z.object({ type: z.literal('turn'), event: z.string(), eager: z.boolean().optional() }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);

/** A plugin that keeps every rule; the broken ones differ from it in one thing each. */
export class ReferenceSTT extends StreamingSTT {
  static readonly options = options;
  readonly #settings;

  constructor(
    input: OptionsInput<typeof options> = {},
    connection: Partial<ConnectionPolicy> = {},
  ) {
    super({ provider: 'reference', inputFormat: MONO_16K, turnDetection: true, connection });
    this.#settings = options.resolve(input);
  }

  protected override openStream(speaker: SpeakerStream): SocketSpec<z.output<typeof Message>> {
    const { apiKey, baseUrl } = this.#settings;
    return {
      url: withQuery(`${baseUrl}/listen`, { sample_rate: 16_000 }),
      headers: { authorization: `Bearer ${apiKey}` },
      messages: Message,
      ready: (message) => message.type === 'ready',
      farewell: { type: 'close' },
      onMessage(message) {
        switch (message.type) {
          case 'ready':
            return;
          case 'partial':
            speaker.partialTranscript(message.text);
            return;
          case 'final':
            speaker.transcript(message.text);
            return;
          case 'turn':
            if (message.event === 'turn-started') speaker.turnStarted();
            if (message.event === 'turn-resumed') speaker.turnResumed();
            if (message.event === 'turn-ended') speaker.turnEnded({ eager: message.eager });
            return;
          case 'error':
            speaker.error('rate-limit', message.message);
        }
      },
    };
  }
}
