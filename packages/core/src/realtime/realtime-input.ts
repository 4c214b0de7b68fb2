import type { AudioFormat, PcmData } from '../audio/index.ts';
import type { Clock } from '../clock.ts';
import type { Participant } from '../events/participant.ts';
import { SpeakerInput } from '../stt/speaker-input.ts';
import { InputPacer } from './input-pacer.ts';
import type { CompletePacing } from './input-pacing.ts';
import { SpeakerMixer } from './speaker-mixer.ts';

/** Audio of one speaker that can wait until there is a session. */
const MAX_BUFFERED_MS = 10_000;
/** Beyond so many speakers at once, the one who was silent the longest is let go. */
const MAX_SPEAKERS = 64;

export interface RealtimeInputInit {
  readonly format: AudioFormat;
  readonly pacing: CompletePacing | undefined;
  readonly clock: () => Clock;
  /** Whether silence may be made up: not while it would only push out what was said. */
  readonly listened: () => boolean;
  readonly deliver: (pcm: PcmData) => void;
  onError(error: unknown, participant: Participant | undefined): void;
}

/**
 * The audio of all speakers on its way to the one session: each brought to the provider's format by itself, then mixed,
 * then paced where that is wanted.
 */
export class RealtimeInput {
  readonly #init: RealtimeInputInit;
  readonly #speakers = new Map<string, SpeakerInput>();
  #mixer: SpeakerMixer | undefined;
  #pacer: InputPacer | undefined;
  #open = false;
  #droppedMs = 0;

  constructor(init: RealtimeInputInit) {
    this.#init = init;
  }

  /** Who is heard at the moment, or was heard last. */
  get speaker(): Participant | undefined {
    return this.#mixer?.loudest;
  }

  get droppedMs(): number {
    let sum = this.#droppedMs + (this.#pacer?.droppedMs ?? 0);
    for (const { droppedMs } of this.#speakers.values()) sum += droppedMs;
    return sum;
  }

  /** Returns at once. */
  write(pcm: PcmData, participant: Participant | undefined): void {
    const key = participant?.id ?? '';
    const speaker = this.#speakers.get(key) ?? this.#newSpeaker(participant);
    // Moved to the end, so that the first one is always the one who was silent the longest.
    this.#speakers.delete(key);
    this.#speakers.set(key, speaker);
    speaker.write(pcm);
  }

  /** Counts audio that comes too late. */
  refuse(pcm: PcmData): void {
    this.#droppedMs += pcm.durationMs;
  }

  /** From now on audio flows; what waited goes first. */
  open(): void {
    const { format, pacing, clock, listened, deliver } = this.#init;
    this.#open = true;
    const pacer = pacing && new InputPacer({ pacing, format, clock: clock(), deliver, listened });
    this.#pacer = pacer;
    this.#mixer = new SpeakerMixer({
      format,
      clock: clock(),
      deliver: (pcm) => (pacer ? pacer.put(pcm) : deliver(pcm)),
    });
    pacer?.start();
    for (const speaker of this.#speakers.values()) speaker.open();
  }

  /** Lets go of a speaker, once the audio that was given is processed. */
  async leave(key: string): Promise<void> {
    const speaker = this.#speakers.get(key);
    if (!speaker) return;
    this.#speakers.delete(key);
    await speaker.finish();
    this.#droppedMs += speaker.droppedMs;
    this.#mixer?.leave(key);
  }

  /** Waits until what was given is processed; no longer than that it is paced. */
  async finish(): Promise<void> {
    await Promise.all([...this.#speakers.values()].map((speaker) => speaker.finish()));
    this.#mixer?.flush();
  }

  stop(): void {
    this.#open = false;
    this.#pacer?.stop();
    for (const speaker of this.#speakers.values()) speaker.stop();
  }

  #newSpeaker(participant: Participant | undefined): SpeakerInput {
    const key = participant?.id ?? '';
    const [longestSilent] = this.#speakers.keys();
    if (longestSilent !== undefined && this.#speakers.size >= MAX_SPEAKERS) {
      void this.leave(longestSilent);
    }
    const speaker = new SpeakerInput({
      format: this.#init.format,
      maxBufferedMs: MAX_BUFFERED_MS,
      process: async (pcm) => this.#mixer?.put(key, pcm, participant),
      onError: (error) => this.#init.onError(error, participant),
    });
    if (this.#open) speaker.open();
    return speaker;
  }
}
