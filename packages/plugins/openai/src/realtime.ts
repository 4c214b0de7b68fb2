import { Realtime as Base, type OptionsInput, type RealtimeCodec } from '@vision-agents/core';
import type OpenAI from 'openai';
import { NO_KEY, provider, withKey } from './options.ts';
import { OpenAICodec } from './realtime/openai-codec.ts';
import { realtimeOptions, type RealtimeSettings } from './realtime/realtime-options.ts';
import { audioFormat } from './realtime/session-config.ts';

/** The key and the address of a client that is there already are used for the session too. */
export type RealtimeInput = OptionsInput<typeof realtimeOptions> & { client?: OpenAI | undefined };

/**
 * Speech-to-speech model over OpenAI's Realtime API: of OpenAI, and with `baseUrl` of everyone who has taken its
 * protocol over.
 */
export class Realtime extends Base {
  static readonly options = realtimeOptions;
  readonly #settings: RealtimeSettings;

  constructor({ client, ...given }: RealtimeInput = {}) {
    const ofClient = client && { apiKey: client.apiKey ?? NO_KEY, baseUrl: client.baseURL };
    const settings = realtimeOptions.resolve(withKey({ ...ofClient, ...given }, client));
    const { model, fps, maxWidth, maxHeight, quality, maxToolRounds } = settings;
    super({
      provider,
      model,
      inputFormat: audioFormat,
      outputFormat: audioFormat,
      fps,
      jpeg: { maxWidth, maxHeight, quality },
      maxToolRounds,
    });
    this.#settings = settings;
  }

  protected override createCodec(): RealtimeCodec {
    return new OpenAICodec(this.#settings);
  }
}
