import { AudioQueue, FormatConverter, type AudioFormat, type PcmData } from '../audio/index.ts';

/** So much audio is converted before others get a turn: a long piece must not hold up the event loop. */
const TURN_MS = 500;
/** A longer piece is taken apart, so that it can be dropped in parts. */
const MAX_PIECE_MS = 1_000;

export interface SpeakerInputInit {
  /** What the provider takes. */
  format: AudioFormat;
  maxBufferedMs: number;
  /** Takes one chunk; the next one waits until it is done. */
  process(pcm: PcmData): Promise<void>;
  /** A chunk could not be converted or processed, and is given up. */
  onError(error: unknown): void;
}

/** The audio of one speaker on its way in: brought to the provider's format, and in order, one chunk at a time. */
export class SpeakerInput {
  readonly #init: SpeakerInputInit;
  readonly #converter: FormatConverter;
  readonly #queue: AudioQueue;
  #open = false;
  #givenUpMs = 0;
  #running: Promise<void> | undefined;

  constructor(init: SpeakerInputInit) {
    this.#init = init;
    this.#converter = new FormatConverter(init.format);
    this.#queue = new AudioQueue({ maxDurationMs: init.maxBufferedMs });
  }

  /** Audio that was given up because it did not fit, in milliseconds. */
  get droppedMs(): number {
    return this.#queue.droppedMs + this.#givenUpMs;
  }

  get bufferedMs(): number {
    return this.#queue.bufferedMs;
  }

  write(pcm: PcmData): void {
    if (pcm.frames === 0) return;
    if (pcm.durationMs <= MAX_PIECE_MS) this.#queue.put(pcm);
    else for (const piece of pcm.chunks(pcm.sampleRate)) this.#queue.put(piece);
    this.#run();
  }

  /** From now on audio flows; what waited goes first. */
  open(): void {
    this.#open = true;
    this.#run();
  }

  /** Waits until everything is processed, and then the tail that the resampler held back. */
  async finish(): Promise<void> {
    await this.idle();
    if (this.#open) await this.#process(() => this.#converter.flush());
  }

  /** Waits until nothing is being processed. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Gives up what waits. What is being processed is the last. */
  stop(): void {
    this.#open = false;
    this.#givenUpMs += this.#queue.bufferedMs;
    this.#queue.clear();
  }

  #run(): void {
    if (!this.#open || this.#running || this.#queue.bufferedMs === 0) return;
    this.#running = this.#drainQueue().finally(() => {
      this.#running = undefined;
      this.#run();
    });
  }

  async #drainQueue(): Promise<void> {
    let convertedMs = 0;
    for (let pcm = this.#queue.tryGet(); pcm; pcm = this.#queue.tryGet()) {
      const chunk = pcm;
      await this.#process(() => this.#converter.push(chunk));
      convertedMs += pcm.durationMs;
      if (convertedMs < TURN_MS) continue;
      convertedMs = 0;
      await new Promise(setImmediate);
    }
  }

  async #process(convert: () => PcmData): Promise<void> {
    try {
      const pcm = convert();
      if (pcm.frames > 0) await this.#init.process(pcm);
    } catch (error) {
      this.#init.onError(error);
    }
  }
}
