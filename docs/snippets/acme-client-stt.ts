import { defineOptions, kindOfStatus, MONO_16K, ProviderError } from '@vision-agents/core';
import { SegmentedSTT } from '@vision-agents/core';
import type { OptionsInput, PcmData } from '@vision-agents/core';
import { z } from 'zod';
import { AcmeClient, AcmeError } from './acme-client.ts';

export const options = defineOptions({
  provider: 'acme',
  env: { apiKey: 'ACME_API_KEY' },
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url().default('https://api.acme.example'),
  }),
});

export class STT extends SegmentedSTT {
  static readonly options = options;
  readonly #client: AcmeClient;
  readonly #isOwn: boolean;

  constructor({ client, ...input }: OptionsInput<typeof options> & { client?: AcmeClient } = {}) {
    super({ provider: 'acme', inputFormat: MONO_16K, serial: true }); // one request at a time
    // Made on this.fetch, with its own retries off: times, retries and the end come from the core.
    this.#client =
      client ?? new AcmeClient({ ...options.resolve(input), fetch: this.fetch, maxRetries: 0 });
    this.#isOwn = client === undefined;
  }

  protected override async transcribe(
    utterance: PcmData,
    { signal }: { signal: AbortSignal },
  ): Promise<string> {
    try {
      return await this.#client.transcribe(utterance.toWav(), { signal });
    } catch (error) {
      if (!(error instanceof AcmeError)) throw error; // this.fetch throws ProviderErrors
      const { message, status } = error;
      const kind = status === undefined ? 'protocol' : kindOfStatus(status);
      throw new ProviderError({ provider: 'acme', kind, status, message, cause: error });
    }
  }

  protected override async onClose(): Promise<void> {
    if (this.#isOwn) await this.#client.close();
  }
}
