import {
  defineOptions,
  TurnDetector,
  type OptionsInput,
  type Participant,
  type PcmData,
  type TurnContext,
  type TurnDetectorSettings,
} from '@vision-agents/core';
import { z } from 'zod';

export const detectorOptions = defineOptions({
  provider: 'reference',
  env: { level: 'REFERENCE_LEVEL' },
  schema: z.strictObject({
    level: z.coerce.number().default(0.02),
    startMs: z.number().default(96),
    silenceMs: z.number().default(480),
  }),
});

export type DetectorInput = OptionsInput<typeof detectorOptions>;

export interface Voice {
  loudMs: number;
  quietMs: number;
}

/** A detector that keeps every rule; the broken ones differ from it in one thing each. */
export class ReferenceTurnDetector extends TurnDetector<Voice> {
  static readonly options = detectorOptions;
  readonly #settings;

  constructor(input: DetectorInput = {}, settings: Partial<TurnDetectorSettings> = {}) {
    super({
      provider: 'reference',
      createState: () => ({ loudMs: 0, quietMs: 0 }),
      ...settings,
    });
    this.#settings = detectorOptions.resolve(input);
  }

  protected override async processAudio(
    pcm: PcmData,
    participant: Participant | undefined,
    { state }: TurnContext<Voice>,
  ): Promise<void> {
    const { level, startMs, silenceMs } = this.#settings;
    const isLoud = rms(pcm) > level;
    state.loudMs = isLoud ? state.loudMs + pcm.durationMs : 0;
    state.quietMs = isLoud ? 0 : state.quietMs + pcm.durationMs;
    if (state.loudMs >= startMs) this.emitTurnStarted(participant, { confidence: 0.9 });
    if (state.quietMs >= silenceMs)
      this.emitTurnEnded(participant, { confidence: 0.8, trailingSilenceMs: state.quietMs });
  }
}

function rms({ samples }: PcmData): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}
