import { defineOptions, MONO_16K, readJson, SegmentedSTT } from '@vision-agents/core';
import type { OptionsInput, PcmData, Transcription } from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'acme',
  env: { apiKey: 'ACME_API_KEY' },
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.acme.example'),
  }),
});

const Answer = z.object({ text: z.string(), confidence: z.number().nullish() });

export class STT extends SegmentedSTT {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({ provider: 'acme', inputFormat: MONO_16K });
    this.#settings = options.resolve(input);
  }

  protected override async transcribe(
    utterance: PcmData,
    { signal }: { signal: AbortSignal },
  ): Promise<Transcription> {
    const { apiKey, baseUrl } = this.#settings;
    const body = new FormData();
    body.set('file', new Blob([utterance.toWav()], { type: 'audio/wav' }), 'utterance.wav');
    const headers = { authorization: `Bearer ${apiKey}` };
    const url = `${baseUrl}/transcriptions`;
    const response = await this.fetch(url, { method: 'POST', headers, body, signal });
    return readJson(response, Answer);
  }
}
