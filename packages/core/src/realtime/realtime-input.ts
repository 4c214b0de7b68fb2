import type { AudioFormat, PcmData } from '../audio/index.ts';
import type { Clock } from '../clock.ts';
import type { Participant } from '../events/participant.ts';
import { SpeakerInputs, type SpeakerInputsInit } from '../speaker/speaker-inputs.ts';
import { speakerKey } from '../speaker/speaker-of.ts';
import { InputPacer } from './input-pacer.ts';
import type { CompletePacing } from './input-pacing.ts';
import { SpeakerMixer } from './speaker-mixer.ts';

export interface RealtimeInputInit extends Pick<SpeakerInputsInit, 'onError' | 'letGo'> {
  readonly format: AudioFormat;
  readonly pacing: CompletePacing | undefined;
  readonly clock: () => Clock;
  /** Whether silence may be made up: not while it would only push out what was said. */
  readonly listened: () => boolean;
  readonly deliver: (pcm: PcmData) => void;
}

/**
 * The audio of all speakers on its way to the one session: each brought to the provider's format by itself, then mixed,
 * then paced where that is wanted.
 */
export class RealtimeInput {
  readonly #init: RealtimeInputInit;
  readonly #speakers: SpeakerInputs;
  #mixer: SpeakerMixer | undefined;
  #pacer: InputPacer | undefined;

  constructor(init: RealtimeInputInit) {
    const { format, onError, letGo } = init;
    this.#init = init;
    this.#speakers = new SpeakerInputs({
      format,
      process: async (pcm, participant) =>
        this.#mixer?.put(speakerKey(participant), pcm, participant),
      onError,
      letGo,
    });
  }

  /** Who is heard at the moment, or was heard last. */
  get speaker(): Participant | undefined {
    return this.#mixer?.loudest;
  }

  get droppedMs(): number {
    return this.#speakers.droppedMs + (this.#pacer?.droppedMs ?? 0);
  }

  /** Returns at once. */
  write(pcm: PcmData, participant: Participant | undefined): void {
    this.#speakers.write(pcm, participant);
  }

  /** Counts audio that comes too late. */
  drop(pcm: PcmData): void {
    this.#speakers.drop(pcm);
  }

  /** From now on audio flows; what waited goes first. */
  open(): void {
    const { format, pacing, clock, listened, deliver } = this.#init;
    const pacer = pacing && new InputPacer({ pacing, format, clock: clock(), deliver, listened });
    this.#pacer = pacer;
    this.#mixer = new SpeakerMixer({
      format,
      clock: clock(),
      deliver: (pcm) => (pacer ? pacer.put(pcm) : deliver(pcm)),
    });
    pacer?.start();
    this.#speakers.open();
  }

  /** Lets go of a speaker, once the audio that was given is processed, and unless they have come back by then. */
  async leave(key: string): Promise<void> {
    if (await this.#speakers.leave(key)) this.#mixer?.leave(key);
  }

  /** Gives on what was given, as far as the time allows and no longer than that it is paced; the rest is given up. */
  async close({ timeoutMs }: { timeoutMs: number }): Promise<void> {
    await this.#speakers.drain(this.#init.clock(), timeoutMs);
    this.#mixer?.flush();
    this.#pacer?.stop();
  }
}
