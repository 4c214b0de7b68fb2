import {
  defineOptions,
  PcmData,
  readBytes,
  rememberSecret,
  TTS as Base,
} from '@vision-agents/core';
import type { OptionsInput, SpeechContext } from '@vision-agents/core';
import type OpenAI from 'openai';
import { z } from 'zod';
import { openAIClient } from './client.ts';
import { clientFailure, failure } from './failure.ts';
import { account, env, needsKey, provider, withKey } from './options.ts';
import { inPieces } from './in-pieces.ts';

/** What a request takes, in characters. */
const MAX_INPUT_LENGTH = 4_096;
/** What `pcm` is, unless a server that speaks the same protocol has another rate. */
const SAMPLE_RATE = 24_000;

/** What users pass to `new TTS()`. An option in `env` may also come from that environment variable. */
export const ttsOptions = defineOptions({
  provider,
  env,
  schema: needsKey(
    z.strictObject({
      ...account,
      model: z.string().min(1).default('gpt-4o-mini-tts'),
      voice: z.string().min(1).default('marin'),
      instructions: z.string().optional(),
      speed: z.number().min(0.25).max(4).optional(),
      sampleRate: z.int().positive().default(SAMPLE_RATE),
    }),
  ),
});

/** With a client of your own no key is needed, and the client stays yours: the plugin never closes it. */
export type TTSInput = OptionsInput<typeof ttsOptions> & { client?: OpenAI | undefined };

/**
 * Text-to-speech by OpenAI, one request for each text, whose audio is heard while it comes in.
 *
 * Protocol: `SpeechCreateParams` of the package `openai`; `pcm` is 24 kHz mono s16, little-endian, without a header.
 */
export class TTS extends Base {
  static readonly options = ttsOptions;
  readonly #settings;
  readonly #client: OpenAI;

  constructor({ client, ...input }: TTSInput = {}) {
    const settings = ttsOptions.resolve(withKey(input, client));
    const { model, sampleRate } = settings;
    super({ provider, model, providerFormat: { sampleRate, channels: 1, format: 's16' } });
    this.#settings = settings;
    if (client?.apiKey) rememberSecret(client.apiKey);
    this.#client = client ?? openAIClient({ ...settings, fetch: this.fetch });
  }

  protected override async *streamAudio(
    text: string,
    { signal }: SpeechContext,
  ): AsyncGenerator<PcmData> {
    const { model, voice, instructions, speed, sampleRate } = this.#settings;
    for (const input of inPieces(text, MAX_INPUT_LENGTH)) {
      try {
        const response = await this.#client.audio.speech.create(
          {
            model,
            voice,
            input,
            response_format: 'pcm',
            ...(instructions !== undefined && { instructions }),
            ...(speed !== undefined && { speed }),
          },
          { signal },
        );
        assertRaw(response);
        const bytes = readBytes(response, { signal });
        yield* PcmData.fromStream(bytes, { sampleRate, channels: 1, format: 's16' });
      } catch (error) {
        throw clientFailure(provider, error);
      }
    }
  }
}

/** Some servers that speak the protocol give what they have, whatever they are asked for. It would be heard as noise. */
function assertRaw({ headers }: Response): void {
  const type = headers.get('content-type') ?? '';
  if (!/mpeg|mp3|ogg|opus|aac|flac|wav|json|text/i.test(type)) return;
  throw failure(provider, 'unsupported', `the server answers with ${type}, and not with raw PCM`);
}
