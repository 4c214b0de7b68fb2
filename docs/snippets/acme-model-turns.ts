import { defineOptions, TurnDetector, workerModule } from '@vision-agents/core';
import type { OptionsInput, Participant, PcmData, TurnContext } from '@vision-agents/core';
import { z } from 'zod';
import type { Job } from './acme-model-worker.ts';

const worker = workerModule(import.meta.url, './acme-model-worker');

export const options = defineOptions({
  provider: 'acme',
  env: { modelPath: 'ACME_MODEL_PATH' },
  schema: z.strictObject({ modelPath: z.string(), threshold: z.number().default(0.5) }),
});

const Result = z.object({ probability: z.number(), memory: z.instanceof(Float32Array) });

interface Voice {
  memory: Float32Array; // what the model remembers of this speaker
  silentMs: number;
}

export class TurnDetection extends TurnDetector<Voice> {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({
      provider: 'acme',
      frameSize: 512,
      createState: () => ({ memory: new Float32Array(16), silentMs: 0 }),
    });
    this.#settings = options.resolve(input);
  }

  /** A model that is missing is known before anybody speaks. */
  protected override async onStart({ signal }: { signal: AbortSignal }): Promise<void> {
    const job: Job = { modelPath: this.#settings.modelPath };
    await this.runInWorker(worker, job, { schema: z.undefined(), signal });
  }

  protected override async processAudio(
    pcm: PcmData,
    participant: Participant | undefined,
    { state }: TurnContext<Voice>,
  ): Promise<void> {
    const { modelPath, threshold } = this.#settings;
    const frame = { samples: Float32Array.from(pcm.samples), memory: state.memory };
    const job: Job = { modelPath, frame };
    const result = await this.runInWorker(worker, job, { schema: Result });
    const confidence = result.probability;
    state.memory = result.memory;
    state.silentMs = confidence >= threshold ? 0 : state.silentMs + pcm.durationMs;
    if (confidence >= threshold) this.emitTurnStarted(participant, { confidence });
    if (state.silentMs >= 500) {
      const trailingSilenceMs = state.silentMs;
      this.emitTurnEnded(participant, { confidence: 1 - confidence, trailingSilenceMs });
    }
  }
}
