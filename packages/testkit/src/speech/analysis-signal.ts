import type { PcmData } from '@vision-agents/core/audio';
import { BandLimiter } from './band-limiter.ts';
import { SilenceSkipper } from './silence-skipper.ts';

/** Samples per second of an `AnalysisSignal`. */
export const ANALYSIS_RATE = 4_000;

/** How much of the sample before is taken off each one: evens out speech's spectrum, which makes places distinct. */
const PRE_EMPHASIS = 0.95;

/** Samples by which the buffer grows, about 8 s. */
const GROWTH = 1 << 15;

/**
 * What the recogniser compares: audio of any rate and level as a band-limited signal at `ANALYSIS_RATE`, without its
 * digital silence, so that silence put between two chunks of speech breaks nothing.
 *
 * Samples are counted from the start of the stream; only the newest `historyMs` of them are kept.
 */
export class AnalysisSignal {
  readonly #skipper: SilenceSkipper;
  readonly #limiter: BandLimiter;
  readonly #sampleRate: number;
  readonly #history: number;
  #samples: Float32Array;
  /** At each sample the energy of all samples before it, so that any window's energy is one difference. */
  #energy: Float64Array;
  /** The count of the sample at index 0. */
  #first = 0;
  #length = 0;
  #previous = 0;

  /** With `between`, the samples are those in the middle between the usual ones. */
  constructor(options: {
    sampleRate: number;
    historyMs?: number | undefined;
    between?: boolean | undefined;
  }) {
    this.#sampleRate = options.sampleRate;
    this.#history = Math.ceil(((options.historyMs ?? Infinity) * ANALYSIS_RATE) / 1000);
    this.#skipper = new SilenceSkipper(options.sampleRate);
    this.#limiter = new BandLimiter({
      from: options.sampleRate,
      to: ANALYSIS_RATE,
      between: options.between,
    });
    this.#samples = new Float32Array(GROWTH);
    this.#energy = new Float64Array(GROWTH + 1);
  }

  /** The oldest sample that is still kept. */
  get start(): number {
    return this.#first;
  }

  /** One past the newest sample. */
  get end(): number {
    return this.#first + this.#length;
  }

  /** All that was pushed, in milliseconds, silence included. */
  get receivedMs(): number {
    return (this.#skipper.received * 1000) / this.#sampleRate;
  }

  push(pcm: PcmData): void {
    this.#append(this.#limiter.push(this.#skipper.push(pcm.samples)));
  }

  /** The samples and the index in them of sample `at`; valid until the next push. */
  view(at: number): { samples: Float32Array; index: number } {
    return { samples: this.#samples, index: at - this.#first };
  }

  /** The energy of the samples in [from, to). */
  energy(from: number, to: number): number {
    return (this.#energy[to - this.#first] ?? 0) - (this.#energy[from - this.#first] ?? 0);
  }

  /** When the sample `at` was received, in milliseconds of pushed audio. */
  timeOf(at: number): number {
    const kept = (at * this.#sampleRate) / ANALYSIS_RATE;
    return (this.#skipper.receivedPosition(kept) * 1000) / this.#sampleRate;
  }

  /** The first sample that was received at `timeMs` or later. */
  positionOf(timeMs: number): number {
    let low = this.start;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeOf(middle) >= timeMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  samplesIn(durationMs: number): number {
    return Math.round((durationMs * ANALYSIS_RATE) / 1000);
  }

  #append(samples: Float32Array): void {
    this.#reserve(samples.length);
    let total = this.#energy[this.#length] ?? 0;
    for (const limited of samples) {
      const sample = limited - PRE_EMPHASIS * this.#previous;
      this.#previous = limited;
      this.#samples[this.#length] = sample;
      total += sample * sample;
      this.#length += 1;
      this.#energy[this.#length] = total;
    }
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#samples.length) return;
    const drop = Math.max(0, this.#length - this.#history);
    this.#samples.copyWithin(0, drop, this.#length);
    this.#energy.copyWithin(0, drop, this.#length + 1);
    this.#first += drop;
    this.#length -= drop;
    this.#skipper.forgetBefore((this.#first * this.#sampleRate) / ANALYSIS_RATE);
    if (this.#length + count <= this.#samples.length) return;

    const capacity = this.#length + count + GROWTH;
    const samples = new Float32Array(capacity);
    samples.set(this.#samples.subarray(0, this.#length));
    this.#samples = samples;
    const energy = new Float64Array(capacity + 1);
    energy.set(this.#energy.subarray(0, this.#length + 1));
    this.#energy = energy;
  }
}
