import { defineOptions, type OptionsInput } from '@vision-agents/core';
import type OpenAI from 'openai';
import { z } from 'zod';
import { ChatCompletionsVideoBase } from './chat/chat-completions-video-base.ts';
import { chatOptions, chatSettings } from './chat/chat-options.ts';
import { env, needsKey, provider, withKey } from './options.ts';

/** What users pass to `new ChatCompletionsVLM()`. An option in `env` may also come from that environment variable. */
export const visionOptions = defineOptions({
  provider,
  env,
  schema: needsKey(
    z.strictObject({
      ...chatOptions,
      fps: z.number().positive().default(1),
      bufferSeconds: z.number().positive().default(10),
      maxWidth: z.int().positive().default(800),
      maxHeight: z.int().positive().default(600),
      quality: z.int().min(1).max(100).default(85),
      detail: z.enum(['auto', 'low', 'high']).optional(),
    }),
  ),
});

/** With a client of your own no key is needed, and the client stays yours: the plugin never closes it. */
export type ChatCompletionsVLMInput = OptionsInput<typeof visionOptions> & {
  client?: OpenAI | undefined;
};

/**
 * Language model that sees, over chat completions: with each question it is shown what was seen in the last seconds.
 * Of OpenAI, and with `baseUrl` of everyone who has taken its protocol over.
 */
export class ChatCompletionsVLM extends ChatCompletionsVideoBase {
  static readonly options = visionOptions;

  constructor({ client, ...input }: ChatCompletionsVLMInput = {}) {
    const resolved = visionOptions.resolve(withKey(input, client));
    const { fps, bufferSeconds, detail, maxWidth, maxHeight, quality, ...settings } = resolved;
    super({
      ...chatSettings(settings),
      provider,
      client,
      fps,
      bufferSeconds,
      jpeg: { maxWidth, maxHeight, quality },
      imageDetail: detail,
    });
  }
}
