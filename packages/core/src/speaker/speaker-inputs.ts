import type { AudioFormat, PcmData } from '../audio/index.ts';
import type { Clock } from '../clock.ts';
import { within } from '../component/within.ts';
import type { Participant } from '../events/participant.ts';
import { SpeakerInput } from './speaker-input.ts';
import { speakerKey } from './speaker-of.ts';

/** Audio of one speaker that can wait until the component has started, or while it is busy. */
const MAX_BUFFERED_MS = 10_000;
/** Beyond so many speakers at once, the one who was silent the longest is let go. */
const MAX_SPEAKERS = 64;

export interface SpeakerInputsInit {
  /** What is processed; the audio is converted to it. */
  readonly format: AudioFormat;
  readonly process: (pcm: PcmData, participant: Participant | undefined) => Promise<void>;
  readonly onError: (error: unknown, participant: Participant | undefined) => void;
  /** This speaker has to make room for another: `leave()` is to be called. */
  readonly letGo: (key: string) => void;
}

/** The audio of all speakers on its way in, each in a line of its own. They are told apart by `speakerKey()`. */
export class SpeakerInputs {
  readonly #init: SpeakerInputsInit;
  readonly #inputs = new Map<string, SpeakerInput>();
  /** Speakers who have left, until their audio is processed. */
  readonly #leaving = new Set<SpeakerInput>();
  readonly #opened = Promise.withResolvers<void>();
  #isOpen = false;
  #droppedMs = 0;

  constructor(init: SpeakerInputsInit) {
    this.#init = init;
  }

  /** Audio that was given up, in milliseconds. */
  get droppedMs(): number {
    let sum = this.#droppedMs;
    for (const input of this.#all()) sum += input.droppedMs;
    return sum;
  }

  write(pcm: PcmData, participant: Participant | undefined): void {
    const key = speakerKey(participant);
    const input = this.#inputs.get(key) ?? this.#add(participant);
    // Moved to the end, so that the first one is always the one who was silent the longest.
    this.#inputs.delete(key);
    this.#inputs.set(key, input);
    input.write(pcm);
    const [longestSilent] = this.#inputs.keys();
    if (longestSilent !== undefined && this.#inputs.size > MAX_SPEAKERS)
      this.#init.letGo(longestSilent);
  }

  /** Audio that comes too late. */
  drop(pcm: PcmData): void {
    this.#droppedMs += pcm.durationMs;
  }

  /** From now on audio flows; what waited goes first. */
  open(): void {
    this.#isOpen = true;
    for (const input of this.#all()) input.open();
    this.#opened.resolve();
  }

  /** Resolves when all audio of the speaker is processed: false when there is new audio of theirs by then. */
  async leave(key: string): Promise<boolean> {
    const input = this.#inputs.get(key);
    if (input) {
      this.#inputs.delete(key);
      this.#leaving.add(input);
      await this.#opened.promise;
      await input.finish();
      if (this.#leaving.delete(input)) this.#droppedMs += input.droppedMs;
    }
    return !this.#inputs.has(key);
  }

  /** Processes what waits, as far as the time allows, and gives up the rest. */
  async drain(clock: Clock, timeoutMs: number): Promise<void> {
    const all = [...this.#all()];
    if (this.#isOpen)
      await within(clock, timeoutMs, Promise.all(all.map((input) => input.finish())));
    for (const input of all) input.stop();
    this.#opened.resolve();
  }

  /** Resolves when nothing is being processed. */
  async idle(): Promise<void> {
    await Promise.all([...this.#all()].map((input) => input.idle()));
  }

  #add(participant: Participant | undefined): SpeakerInput {
    const { format, process, onError } = this.#init;
    const input = new SpeakerInput({
      format,
      maxBufferedMs: MAX_BUFFERED_MS,
      process: (pcm) => process(pcm, participant),
      onError: (error) => onError(error, participant),
    });
    if (this.#isOpen) input.open();
    return input;
  }

  *#all(): Generator<SpeakerInput> {
    yield* this.#inputs.values();
    yield* this.#leaving;
  }
}
