import {
  defineOptions,
  MONO_16K,
  SegmentedSTT,
  workerModule,
  type OptionsInput,
  type PcmData,
  type Transcription,
} from '@vision-agents/core';
import { z } from 'zod';
import { FakeEngineProvider } from '../../src/index.ts';
import type { Job } from './reference-worker.ts';
import { unaltered, type AlterTranscribe, type TranscribeUtterance } from './transcribe.ts';

const worker = workerModule(import.meta.url, './reference-worker');

export const localOptions = defineOptions({
  provider: 'reference-local',
  env: { engine: 'REFERENCE_ENGINE' },
  schema: z.strictObject({ engine: z.string() }),
});

export type LocalInput = OptionsInput<typeof localOptions>;

export const Result = z.object({ text: z.string() });

/** A plugin with an engine in a thread that keeps every rule; the broken ones differ from it in one thing each. */
export class ReferenceLocalSTT extends SegmentedSTT {
  static readonly options = localOptions;
  readonly #settings;
  readonly #transcribe: TranscribeUtterance;

  constructor(input: LocalInput = {}, alter: AlterTranscribe = unaltered) {
    super({ provider: 'reference-local', inputFormat: MONO_16K });
    this.#settings = localOptions.resolve(input);
    this.#transcribe = alter((utterance, { signal }) => this.#run(utterance, signal), this);
  }

  protected override transcribe(
    ...parameters: Parameters<TranscribeUtterance>
  ): Promise<Transcription> {
    return this.#transcribe(...parameters);
  }

  #run(utterance: PcmData, signal: AbortSignal): Promise<Transcription> {
    const { samples, sampleRate } = utterance.toFloat32();
    const job: Job = { ...this.#settings, samples, sampleRate };
    return this.runInWorker(worker, job, { schema: Result, signal, deadlineMs: 10_000 });
  }
}

export class ReferenceEngineProvider extends FakeEngineProvider {
  constructor() {
    super({ module: new URL('./reference-engine.ts', import.meta.url), format: MONO_16K });
  }
}
