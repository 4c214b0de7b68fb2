import {
  defineOptions,
  kindOfStatus,
  MONO_16K,
  ProviderError,
  SegmentedSTT,
  type OptionsInput,
  type PcmData,
  type SegmentedSTTInit,
  type Transcription,
} from '@vision-agents/core';
import { z } from 'zod';
import { ReferenceClient, ReferenceClientError } from './reference-client.ts';
import { unaltered, type AlterTranscribe, type TranscribeUtterance } from './transcribe.ts';

export const httpOptions = defineOptions({
  provider: 'reference-http',
  env: { apiKey: 'REFERENCE_API_KEY' },
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url().default('https://reference.invalid'),
  }),
});

export type HttpInput = OptionsInput<typeof httpOptions> & {
  client?: ReferenceClient | undefined;
};

/** A plugin over HTTP, by way of a client, that keeps every rule; the broken ones differ from it in one thing each. */
export class ReferenceHttpSTT extends SegmentedSTT {
  static readonly options = httpOptions;
  protected readonly client: ReferenceClient;
  protected readonly isOwn: boolean;
  readonly #transcribe: TranscribeUtterance;

  constructor(
    { client, ...input }: HttpInput = {},
    alter: AlterTranscribe = unaltered,
    init: Partial<SegmentedSTTInit> = {},
  ) {
    super({ provider: 'reference-http', inputFormat: MONO_16K, ...init });
    this.client =
      client ?? new ReferenceClient({ ...httpOptions.resolve(input), fetch: this.fetch });
    this.isOwn = client === undefined;
    this.#transcribe = alter((utterance, { signal }) => this.#request(utterance, signal), this);
  }

  protected override transcribe(
    ...parameters: Parameters<TranscribeUtterance>
  ): Promise<Transcription> {
    return this.#transcribe(...parameters);
  }

  protected override onClose(): void {
    if (this.isOwn) this.client.close();
  }

  async #request(utterance: PcmData, signal: AbortSignal): Promise<Transcription> {
    try {
      return { text: await this.client.transcribe(utterance.toWav(), { signal }) };
    } catch (cause) {
      if (!(cause instanceof ReferenceClientError)) throw cause;
      const { status, message } = cause;
      const kind = status === undefined ? 'protocol' : kindOfStatus(status);
      throw new ProviderError({ provider: this.provider, kind, status, message, cause });
    }
  }
}
