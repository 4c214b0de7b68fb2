import { defineOptions, MONO_24K, readBytes, sendJson, TTS as Base } from '@vision-agents/core';
import type { OptionsInput, SpeechContext } from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'acme',
  env: { apiKey: 'ACME_API_KEY' }, // read when the plugin is made, never at import
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.acme.example'),
    voice: z.string().default('neutral'),
  }),
});

export class TTS extends Base {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({ provider: 'acme', providerFormat: MONO_24K });
    this.#settings = options.resolve(input);
  }

  protected override async streamAudio(
    text: string,
    { signal, previousText }: SpeechContext,
  ): Promise<AsyncIterable<Uint8Array>> {
    const { apiKey, baseUrl, voice } = this.#settings;
    const response = await sendJson(this.fetch, {
      url: `${baseUrl}/speech`,
      headers: { authorization: `Bearer ${apiKey}` },
      body: { text, voice, sample_rate: 24_000, previous_text: previousText },
      signal,
    });
    return readBytes(response, { signal });
  }
}
