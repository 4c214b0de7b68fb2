import { chatRequest, defineOptions, LLM as BaseLLM } from '@vision-agents/core';
import { readChatAnswer, sendJson } from '@vision-agents/core';
import type { LLMPart, LLMRequest, OptionsInput } from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'acme',
  env: { apiKey: 'ACME_API_KEY' }, // read when the plugin is made, never at import
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url().default('https://api.acme.example'),
    model: z.string().default('general'),
    temperature: z.number().min(0).max(2).optional(),
  }),
});

export class LLM extends BaseLLM {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    const settings = options.resolve(input);
    super({ provider: 'acme', model: settings.model });
    this.#settings = settings;
  }

  protected override async *respond(
    request: LLMRequest,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<LLMPart> {
    const { apiKey, baseUrl, model, temperature } = this.#settings;
    const response = await sendJson(this.fetch, {
      url: `${baseUrl}/chat/completions`,
      headers: { authorization: `Bearer ${apiKey}` },
      body: { model, temperature, ...chatRequest(request) },
      signal,
    });
    yield* readChatAnswer(response);
  }
}
