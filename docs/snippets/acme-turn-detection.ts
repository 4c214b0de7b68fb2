import { defineOptions, TurnDetector } from '@vision-agents/core';
import type { OptionsInput, Participant, PcmData, TurnContext } from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'acme',
  schema: z.strictObject({
    level: z.number().min(0).max(1).default(0.02), // louder than that is a voice
    silenceMs: z.number().positive().default(500),
  }),
});

/** What is kept of a speaker. */
interface Voice {
  voiceMs: number;
  silentMs: number;
}

export class TurnDetection extends TurnDetector<Voice> {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({
      provider: 'acme',
      frameSize: 512,
      createState: () => ({ voiceMs: 0, silentMs: 0 }),
    });
    this.#settings = options.resolve(input);
  }

  protected override processAudio(
    pcm: PcmData, // 512 samples at 16 kHz, mono, from -1 to 1
    participant: Participant | undefined,
    { state }: TurnContext<Voice>,
  ): void {
    const { level, silenceMs } = this.#settings;
    const isVoice = loudness(pcm) > level;
    state.voiceMs = isVoice ? state.voiceMs + pcm.durationMs : 0;
    state.silentMs = isVoice ? 0 : state.silentMs + pcm.durationMs;
    if (state.voiceMs >= 90) this.emitTurnStarted(participant);
    if (state.silentMs >= silenceMs) {
      this.emitTurnEnded(participant, { trailingSilenceMs: state.silentMs });
    }
  }
}

function loudness({ samples }: PcmData): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}
