import { defineOptions, type OptionsInput } from '@vision-agents/core';
import type OpenAI from 'openai';
import { z } from 'zod';
import { ChatCompletionsBase } from './chat/chat-completions-base.ts';
import { chatOptions, chatSettings } from './chat/chat-options.ts';
import { env, needsKey, provider, withKey } from './options.ts';

/** What users pass to `new ChatCompletionsLLM()`. An option in `env` may also come from that environment variable. */
export const chatCompletionsOptions = defineOptions({
  provider,
  env,
  schema: needsKey(z.strictObject(chatOptions)),
});

/** With a client of your own no key is needed, and the client stays yours: the plugin never closes it. */
export type ChatCompletionsLLMInput = OptionsInput<typeof chatCompletionsOptions> & {
  client?: OpenAI | undefined;
};

/**
 * Language model over chat completions: of OpenAI, and with `baseUrl` of everyone who has taken its protocol over, such
 * as Ollama, LM Studio, vLLM and llama.cpp.
 */
export class ChatCompletionsLLM extends ChatCompletionsBase {
  static readonly options = chatCompletionsOptions;

  constructor({ client, ...input }: ChatCompletionsLLMInput = {}) {
    const settings = chatCompletionsOptions.resolve(withKey(input, client));
    super({ ...chatSettings(settings), provider, client });
  }
}
