import { defineOptions, type OptionsInput } from '@vision-agents/core';
import {
  ChatCompletionsVideoBase,
  chatOptions,
  chatSettings,
  frameOptions,
  frameSettings,
  type ChatContext,
  type ChatRequest,
} from '@vision-agents/plugin-openai';
import { z } from 'zod';
import { AssetStore } from './asset-store.ts';
import { tooLargeImages, withReferences } from './images.ts';

const provider = 'nvidia';

/** What users pass to `new VLM()`. An option in `env` may also come from that environment variable. */
export const options = defineOptions({
  provider,
  env: { apiKey: 'NVIDIA_API_KEY' },
  schema: z.strictObject({
    ...chatOptions,
    ...frameOptions,
    apiKey: z.string(),
    baseUrl: z.url({ protocol: /^https?$/ }).default('https://integrate.api.nvidia.com/v1'),
    assetUrl: z.url({ protocol: /^https?$/ }).default('https://api.nvcf.nvidia.com/v2/nvcf/assets'),
    model: z.string().min(1).default('nvidia/nemotron-nano-12b-v2-vl'),
    maxTokens: z.int().positive().default(1_024),
    topP: z.number().min(0).max(1).optional(),
  }),
});

/**
 * Language model that sees, by NVIDIA: over chat completions, with the pictures in the request, or uploaded beside it
 * where they are too large for that.
 *
 * Protocol: https://docs.api.nvidia.com/nim/reference/nvidia-llama-3_1-nemotron-nano-vl-8b-v1-infer
 */
export class VLM extends ChatCompletionsVideoBase {
  static readonly options = options;
  readonly #assets: AssetStore;

  constructor(input: OptionsInput<typeof options> = {}) {
    const { assetUrl, topP, fps, bufferSeconds, maxWidth, maxHeight, quality, ...settings } =
      options.resolve(input);
    const fields = { ...(topP !== undefined && { top_p: topP }), ...settings.fields };
    super({
      ...chatSettings({ ...settings, fields }),
      ...frameSettings({ fps, bufferSeconds, maxWidth, maxHeight, quality }),
      provider,
    });
    this.#assets = new AssetStore({ url: assetUrl, apiKey: settings.apiKey });
  }

  protected override async prepareRequest(
    request: ChatRequest,
    context: ChatContext,
  ): Promise<ChatRequest> {
    const images = tooLargeImages(request.params.messages);
    if (images.length === 0) return request;
    const assets = await this.#assets.upload(images, { ...context, fetch: this.fetch });
    return {
      params: { ...request.params, messages: withReferences(request.params.messages, assets) },
      headers: {
        ...request.headers,
        'NVCF-INPUT-ASSET-REFERENCES': [...assets.values()].join(','),
      },
    };
  }
}
