import { chatRequest, defineOptions, readChatAnswer, sendJson } from '@vision-agents/core';
import { VideoLLM } from '@vision-agents/core';
import type { LLMPart, LLMRequest, OptionsInput } from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'acme',
  env: { apiKey: 'ACME_API_KEY' }, // read when the plugin is made, never at import
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url().default('https://api.acme.example'),
    model: z.string().default('general'),
    fps: z.number().positive().default(1),
    bufferSeconds: z.number().positive().default(10),
  }),
});

export class VLM extends VideoLLM {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    const settings = options.resolve(input);
    const { model, fps, bufferSeconds } = settings;
    super({ provider: 'acme', model, fps, bufferSeconds });
    this.#settings = settings;
  }

  protected override async *respond(
    request: LLMRequest,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<LLMPart> {
    const { apiKey, baseUrl, model } = this.#settings;
    const response = await sendJson(this.fetch, {
      url: `${baseUrl}/chat/completions`,
      headers: { authorization: `Bearer ${apiKey}` },
      body: { model, ...chatRequest(request) },
      signal,
    });
    yield* readChatAnswer(response);
  }
}
