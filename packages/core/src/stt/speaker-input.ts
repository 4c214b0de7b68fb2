import { AudioQueue, FormatConverter, type AudioFormat, type PcmData } from '../audio/index.ts';

export interface SpeakerInputInit {
  /** What the provider takes. */
  format: AudioFormat;
  maxBufferedMs: number;
  /** Takes one chunk; the next one waits until it is done. Never rejects. */
  process(pcm: PcmData): Promise<void>;
}

/** The audio of one speaker on its way in: brought to the provider's format, and in order, one chunk at a time. */
export class SpeakerInput {
  readonly #init: SpeakerInputInit;
  readonly #converter: FormatConverter;
  readonly #queue: AudioQueue;
  #open = false;
  #running: Promise<void> | undefined;

  constructor(init: SpeakerInputInit) {
    this.#init = init;
    this.#converter = new FormatConverter(init.format);
    this.#queue = new AudioQueue({ maxDurationMs: init.maxBufferedMs });
  }

  /** Audio that was given up because it did not fit, in milliseconds. */
  get droppedMs(): number {
    return this.#queue.droppedMs;
  }

  get bufferedMs(): number {
    return this.#queue.bufferedMs;
  }

  write(pcm: PcmData): void {
    this.#enqueue(this.#converter.push(pcm));
  }

  /** From now on audio flows; what waited goes first. */
  open(): void {
    this.#open = true;
    this.#run();
  }

  /** Brings out the tail that the resampler holds back, and waits until everything is processed. */
  async finish(): Promise<void> {
    this.#enqueue(this.#converter.flush());
    while (this.#running) await this.#running;
  }

  #enqueue(pcm: PcmData): void {
    if (pcm.frames === 0) return;
    this.#queue.put(pcm);
    this.#run();
  }

  #run(): void {
    if (!this.#open || this.#running || this.#queue.bufferedMs === 0) return;
    this.#running = this.#drainQueue().finally(() => {
      this.#running = undefined;
      this.#run();
    });
  }

  async #drainQueue(): Promise<void> {
    for (let pcm = this.#queue.tryGet(); pcm; pcm = this.#queue.tryGet())
      await this.#init.process(pcm);
  }
}
