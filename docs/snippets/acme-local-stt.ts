import { defineOptions, MONO_16K, SegmentedSTT, workerModule } from '@vision-agents/core';
import type { OptionsInput, PcmData, Transcription } from '@vision-agents/core';
import { z } from 'zod';
import type { Job } from './acme-local-worker.ts';

const worker = workerModule(import.meta.url, './acme-local-worker');

export const options = defineOptions({
  provider: 'acme',
  env: { engine: 'ACME_ENGINE' },
  schema: z.strictObject({ engine: z.string() }),
});

const Result = z.object({ text: z.string() });

export class STT extends SegmentedSTT {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({ provider: 'acme', inputFormat: MONO_16K });
    this.#settings = options.resolve(input);
  }

  protected override transcribe(
    utterance: PcmData,
    { signal }: { signal: AbortSignal },
  ): Promise<Transcription> {
    const { samples, sampleRate } = utterance.toFloat32();
    const job: Job = { ...this.#settings, samples, sampleRate };
    return this.runInWorker(worker, job, { schema: Result, signal, deadlineMs: 10_000 });
  }
}
