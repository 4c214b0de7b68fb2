import { defineOptions, MONO_16K, rememberSecret, SegmentedSTT } from '@vision-agents/core';
import type { OptionsInput, Participant, PcmData, Transcription } from '@vision-agents/core';
import type OpenAI from 'openai';
import type { TranscriptionCreateParams } from 'openai/resources/audio/transcriptions';
import { z } from 'zod';
import { openAIClient } from './client.ts';
import { clientFailure } from './failure.ts';
import { account, env, needsKey, provider, withKey } from './options.ts';
import { hasProbabilities, languageOf } from './transcription/told.ts';
import { PartialTurns } from './transcription/partial-turns.ts';
import { TranscriptionReader } from './transcription/transcription-reader.ts';

/** Longer than core waits by itself: the whole utterance is worked on before the first word comes. */
const FIRST_WORD_MS = 30_000;

/** What users pass to `new STT()`. An option in `env` may also come from that environment variable. */
export const sttOptions = defineOptions({
  provider,
  env,
  schema: needsKey(
    z.strictObject({
      ...account,
      model: z.string().min(1).default('gpt-transcribe'),
      language: z.string().optional(),
      prompt: z.string().optional(),
      keywords: z.array(z.string().min(1)).min(1).optional(),
      stream: z.boolean().optional(),
      segmentation: z
        .strictObject({
          by: z.enum(['energy', 'turns']).exactOptional(),
          preRollMs: z.number().min(0).exactOptional(),
          startMs: z.number().min(0).exactOptional(),
          silenceMs: z.number().positive().exactOptional(),
          maxMs: z.number().positive().exactOptional(),
        })
        .optional(),
      timeoutMs: z.number().positive().default(FIRST_WORD_MS),
    }),
  ),
});

/** With a client of your own no key is needed, and the client stays yours: the plugin never closes it. */
export type STTInput = OptionsInput<typeof sttOptions> & { client?: OpenAI | undefined };

/**
 * Speech-to-text by OpenAI, one request for each utterance, whose words come as the model finds them.
 *
 * Protocol: `TranscriptionCreateParams` and `TranscriptionStreamEvent` of the package `openai`.
 */
export class STT extends SegmentedSTT {
  static readonly options = sttOptions;
  readonly #settings;
  readonly #client: OpenAI;
  readonly #turns = new PartialTurns();

  constructor({ client, ...input }: STTInput = {}) {
    const settings = sttOptions.resolve(withKey(input, client));
    const { model, segmentation, timeoutMs } = settings;
    super({
      provider,
      model,
      inputFormat: MONO_16K,
      segmentation,
      http: { connectTimeoutMs: timeoutMs },
    });
    this.#settings = settings;
    if (client?.apiKey) rememberSecret(client.apiKey);
    this.#client = client ?? openAIClient({ ...settings, fetch: this.fetch });
  }

  protected override async transcribe(
    utterance: PcmData,
    { participant, signal }: { participant: Participant | undefined; signal: AbortSignal },
  ): Promise<Transcription> {
    const { language } = this.#settings;
    const reader = new TranscriptionReader(provider);
    const turn = this.#turns.begin(participant?.id);
    try {
      const params = this.#params(utterance);
      const asked = this.#client.audio.transcriptions.create(params, { signal });
      for await (const text of reader.partials(await asked.asResponse(), signal))
        if (turn.isFirst) this.emitPartialTranscript(text, participant, { language });
      return { ...reader.result, ...(language !== undefined && { language }) };
    } catch (thrown) {
      const error = clientFailure(provider, thrown);
      // What was put out before can't be taken back: as with a lost connection, it stays as it is.
      if (!turn.isFirst || reader.result.text.trim() === '' || signal.aborted) throw error;
      this.reportError(error, 'transcribe', participant);
      return { text: reader.result.text, language };
    } finally {
      turn.end();
    }
  }

  #params(utterance: PcmData): TranscriptionCreateParams {
    const { model, language, prompt, keywords, stream = canStream(model) } = this.#settings;
    return {
      model,
      file: new File([utterance.toWav()], 'utterance.wav', { type: 'audio/wav' }),
      response_format: 'json',
      ...(language !== undefined && languageOf(model, language)),
      ...(keywords !== undefined && { keywords }),
      ...(prompt !== undefined && { prompt }),
      ...(hasProbabilities(model) && { include: ['logprobs'] }),
      ...(stream && { stream }),
    };
  }
}

/** `whisper-1` does not; others that speak the protocol may not know of it. */
function canStream(model: string): boolean {
  return /^gpt-.*transcribe/.test(model);
}
