import { defineOptions, MONO_48K, PluginEvent, Processor as Base } from '@vision-agents/core';
import type { AudioProcessor, OptionsInput, Participant, PcmData } from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({ provider: 'acme', schema: z.strictObject({}) });

/** Somebody is too loud for their microphone. */
export class AcmeClippingEvent extends PluginEvent {
  static override readonly type = 'acme.clipping';
  readonly samples: number = 0;
}

export class Processor extends Base implements AudioProcessor {
  static readonly options = options;
  override readonly name = 'clipping';
  readonly #tooLoud = new Map<string, string>();

  constructor(input: OptionsInput<typeof options> = {}) {
    options.resolve(input);
    super({ provider: 'acme', inputFormat: MONO_48K });
  }

  processAudio(pcm: PcmData, participant: Participant | undefined): void {
    const samples = [...pcm.samples].filter((sample) => Math.abs(sample) > 32_000).length;
    if (samples === 0) return;
    this.#tooLoud.set(participant?.id ?? '', participant?.name ?? 'somebody');
    this.emit(AcmeClippingEvent, { participant, samples });
  }

  override state(): unknown {
    return this.#tooLoud.size === 0 ? undefined : { tooLoud: [...this.#tooLoud.values()] };
  }

  protected override onParticipantLeft(participantId: string): void {
    this.#tooLoud.delete(participantId);
  }
}
