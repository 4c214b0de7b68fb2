import { defineOptions, type OptionsInput } from '@vision-agents/core';
import type OpenAI from 'openai';
import { z } from 'zod';
import { ChatCompletionsVideoBase } from './chat/chat-completions-video-base.ts';
import { chatOptions, chatSettings } from './chat/chat-options.ts';
import { frameOptions, frameSettings } from './chat/frame-options.ts';
import { env, needsKey, provider, withKey } from './options.ts';

/** What users pass to `new ChatCompletionsVLM()`. An option in `env` may also come from that environment variable. */
export const visionOptions = defineOptions({
  provider,
  env,
  schema: needsKey(
    z.strictObject({
      ...chatOptions,
      ...frameOptions,
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
    const { fps, bufferSeconds, maxWidth, maxHeight, quality, detail, ...settings } = resolved;
    super({
      ...chatSettings(settings),
      ...frameSettings({ fps, bufferSeconds, maxWidth, maxHeight, quality }),
      provider,
      client,
      imageDetail: detail,
    });
  }
}
