import { defineOptions, MONO_24K, StreamingTTS } from '@vision-agents/core';
import type { OptionsInput, SpeechSocketSpec, SpeechStream } from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'acme',
  env: { apiKey: 'ACME_API_KEY' },
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url({ protocol: /^wss?$/ }).default('wss://api.acme.example'),
  }),
});

const Word = z.object({ text: z.string(), start: z.number(), end: z.number() });
const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('words'), id: z.string(), words: z.array(Word) }),
  z.object({ type: z.literal('audio'), id: z.string(), audio: z.base64() }),
  z.object({ type: z.literal('done'), id: z.string() }),
  z.object({ type: z.literal('error'), id: z.string().nullish(), message: z.string() }),
]);

export class TTS extends StreamingTTS {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({ provider: 'acme', providerFormat: MONO_24K });
    this.#settings = options.resolve(input);
  }

  protected override openStream(speech: SpeechStream): SpeechSocketSpec<z.output<typeof Message>> {
    const { apiKey, baseUrl } = this.#settings;
    return {
      url: `${baseUrl}/speak`,
      headers: { authorization: `Bearer ${apiKey}` },
      messages: Message,
      ready: (message) => message.type === 'ready',
      idle: { afterMs: 10_000, send: () => ({ type: 'keep-alive' }) },
      speak: (text, { id }) => ({ type: 'text', id, text }),
      flush: ({ id }) => ({ type: 'flush', id }),
      cancel: ({ id }) => ({ type: 'cancel', id }),
      farewell: { type: 'close' },
      onMessage(message) {
        switch (message.type) {
          case 'ready':
            return;
          case 'words': {
            const alignment = message.words.map(({ text, start, end }) => ({
              text,
              startMs: start * 1_000,
              endMs: end * 1_000,
            }));
            speech.audio({ alignment }, message.id);
            return;
          }
          case 'audio':
            speech.audio(Buffer.from(message.audio, 'base64'), message.id);
            return;
          case 'done':
            speech.done(message.id);
            return;
          case 'error':
            speech.error('protocol', message.message, message.id);
        }
      },
    };
  }
}
