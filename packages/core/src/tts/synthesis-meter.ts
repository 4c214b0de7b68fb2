import type { PcmData } from '../audio/index.ts';
import type { Clock } from '../clock.ts';

/** What the speech of one text has come to. */
export interface SynthesisTotals {
  /** Chunks with audio. */
  readonly chunkCount: number;
  readonly totalAudioBytes: number;
  readonly audioDurationMs: number;
  /** From the request to the first audio; undefined when there was none. */
  readonly timeToFirstAudioMs: number | undefined;
  /** How long was waited for the provider. */
  readonly synthesisTimeMs: number;
}

export interface SynthesisReport extends SynthesisTotals {
  readonly synthesisId: string;
  readonly turnId: string;
  readonly text: string;
}

/** Measures the speech of one text. The time in which nobody read it does not count as the provider's. */
export class SynthesisMeter {
  readonly #clock: Clock;
  #startedMs = 0;
  #chunkCount = 0;
  #totalAudioBytes = 0;
  #audioDurationMs = 0;
  #timeToFirstAudioMs: number | undefined;
  #synthesisTimeMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get audioDurationMs(): number {
    return this.#audioDurationMs;
  }

  get totals(): SynthesisTotals {
    return {
      chunkCount: this.#chunkCount,
      totalAudioBytes: this.#totalAudioBytes,
      audioDurationMs: this.#audioDurationMs,
      timeToFirstAudioMs: this.#timeToFirstAudioMs,
      synthesisTimeMs: this.#synthesisTimeMs,
    };
  }

  /** The provider is asked. */
  start(): void {
    this.#startedMs = this.#clock.now();
  }

  /** What is waited for is the provider's time, also while it holds up everybody. */
  async wait<T>(work: () => Promise<T>): Promise<T> {
    const startedMs = this.#clock.now();
    try {
      return await work();
    } finally {
      this.#synthesisTimeMs += this.#clock.now() - startedMs;
    }
  }

  count(pcm: PcmData): void {
    this.#timeToFirstAudioMs ??= this.#clock.now() - this.#startedMs;
    this.#chunkCount += 1;
    this.#totalAudioBytes += pcm.samples.byteLength;
    this.#audioDurationMs += pcm.durationMs;
  }
}
