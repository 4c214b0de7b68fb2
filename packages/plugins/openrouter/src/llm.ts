import { defineOptions, type OptionsInput } from '@vision-agents/core';
import {
  ChatCompletionsBase,
  chatOptions,
  chatSettings,
  type ChatContext,
  type ChatRequest,
} from '@vision-agents/plugin-openai';
import { z } from 'zod';
import { providerPreferences } from './provider-preferences.ts';

const provider = 'openrouter';

/** What users pass to `new LLM()`. An option in `env` may also come from that environment variable. */
export const options = defineOptions({
  provider,
  env: { apiKey: 'OPENROUTER_API_KEY' },
  schema: z.strictObject({
    ...chatOptions,
    apiKey: z.string(),
    baseUrl: z.url({ protocol: /^https?$/ }).default('https://openrouter.ai/api/v1'),
    model: z.string().min(1).default('openrouter/auto'),
    models: z.array(z.string().min(1)).optional(),
    autoModels: z.array(z.string().min(1)).optional(),
    routing: providerPreferences.optional(),
    app: z
      .strictObject({
        url: z.url(),
        title: z.string().optional(),
        categories: z.array(z.string()).optional(),
      })
      .optional(),
    strictTools: z.boolean().optional(),
  }),
});

type Settings = ReturnType<typeof options.resolve>;

/**
 * Language model by OpenRouter, which finds a provider for each of hundreds of models: over chat completions, with
 * fallbacks, preferences among providers, and a router that chooses the model.
 *
 * Protocol: https://openrouter.ai/docs/api-reference/overview
 */
export class LLM extends ChatCompletionsBase {
  static readonly options = options;
  readonly #routing: Settings['routing'];

  constructor(input: OptionsInput<typeof options> = {}) {
    const { models, autoModels, routing, app, ...settings } = options.resolve(input);
    super({
      ...chatSettings({
        ...settings,
        // OpenAI's models keep to the parameters of a function by themselves; of others not all do.
        strictTools: settings.strictTools ?? !settings.model.startsWith('openai/'),
        headers: { ...attribution(app), ...settings.headers },
        fields: {
          // The router stays with what it has chosen for the session.
          session_id: crypto.randomUUID(),
          ...(models && { models }),
          ...(autoModels && { plugins: [{ id: 'auto-router', allowed_models: autoModels }] }),
          ...settings.fields,
        },
      }),
      provider,
    });
    this.#routing = routing;
  }

  protected override prepareRequest(
    { params, headers }: ChatRequest,
    _context: ChatContext,
  ): ChatRequest {
    // Else the router may choose a model that knows nothing of functions, and leave them out.
    const needsTools = params.tools !== undefined && this.model === 'openrouter/auto';
    const preferences = { ...(needsTools && { require_parameters: true }), ...this.#routing };
    if (Object.keys(preferences).length === 0) return { params, headers };
    return { params: Object.assign({ ...params }, { provider: preferences }), headers };
  }
}

/** Names the app in OpenRouter's statistics: https://openrouter.ai/docs/app-attribution */
function attribution(app: Settings['app']): Record<string, string> {
  if (!app) return {};
  const { url, title, categories } = app;
  return {
    'HTTP-Referer': url,
    ...(title !== undefined && { 'X-OpenRouter-Title': title }),
    ...(categories && { 'X-OpenRouter-Categories': categories.join(',') }),
  };
}
