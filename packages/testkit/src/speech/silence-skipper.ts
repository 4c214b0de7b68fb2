/** Below one step of 16 bits: nothing inside a spoken sentence stays so quiet for long, also at a third of its level. */
const SILENCE_PEAK = 0.5 / 32_768;
const SHORTEST_SILENCE_MS = 10;

/** Leaves out runs of digital silence of at least 10 ms, and remembers where they were. */
export class SilenceSkipper {
  readonly #shortest: number;
  #received = 0;
  #kept = 0;
  #quiet = 0;
  /** From sample `kept` of the output on, the input is `skipped` samples further. */
  #skips: { kept: number; skipped: number }[] = [];

  constructor(sampleRate: number) {
    this.#shortest = Math.ceil((SHORTEST_SILENCE_MS * sampleRate) / 1000);
  }

  /** Samples that were pushed. */
  get received(): number {
    return this.#received;
  }

  /** The samples to keep, in -1..1. A run that may yet become a silence is held back. */
  push(samples: Int16Array | Float32Array): Float32Array {
    const scale = samples instanceof Int16Array ? 1 / 32_768 : 1;
    const output = new Float32Array(Math.min(this.#quiet, this.#shortest) + samples.length);
    let count = 0;
    for (const raw of samples) {
      const sample = inRange(raw * scale);
      if (Math.abs(sample) <= SILENCE_PEAK) {
        this.#quiet += 1;
        continue;
      }
      if (this.#quiet > 0) count += this.#endQuiet(count);
      output[count] = sample;
      count += 1;
    }
    this.#received += samples.length;
    this.#kept += count;
    return output.subarray(0, count);
  }

  /** Where in the input the output's sample `kept` was. */
  receivedPosition(kept: number): number {
    const skip = this.#skips.findLast((candidate) => candidate.kept <= kept);
    return kept + (skip?.skipped ?? 0);
  }

  /** Forgets all that is not needed for positions from `kept` on. */
  forgetBefore(kept: number): void {
    const current = this.#skips.findLastIndex((skip) => skip.kept <= kept);
    if (current > 0) this.#skips = this.#skips.slice(current);
  }

  /** Returns how many zeros stand in the output for the run that just ended. */
  #endQuiet(pending: number): number {
    const quiet = this.#quiet;
    this.#quiet = 0;
    if (quiet < this.#shortest) return quiet;
    this.#skips.push({
      kept: this.#kept + pending,
      skipped: (this.#skips.at(-1)?.skipped ?? 0) + quiet,
    });
    return 0;
  }
}

/** Bytes that were taken for floats but are none may be anything; the signal must get over them. */
function inRange(sample: number): number {
  if (Math.abs(sample) <= 1) return sample;
  return Number.isNaN(sample) ? 0 : Math.sign(sample);
}
