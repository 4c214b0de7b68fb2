/** Half the length of the filter; the delay of the signal behind its input. */
const HALF_WIDTH_MS = 2;

/**
 * A stream's conversion to a low rate through one linear-phase low-pass filter.
 *
 * The filter is defined in time, not in samples, so that the same sound gives the same output whatever rate it comes
 * in: output `m` is the filtered signal at the time `m / to`.
 */
export class BandLimiter {
  readonly #from: number;
  readonly #to: number;
  readonly #half: number;
  /** How much later than `m / to` output `m` is, in units of 1 / (from · to) seconds. */
  readonly #delay: number;
  readonly #step: number;
  /** One set of weights per position of an output between two inputs. */
  readonly #phases: readonly Float32Array[];
  /** Inputs that later outputs need; the first one is input number `#base`. */
  #tail: Float32Array;
  #base: number;
  #outputs = 0;

  /** With `between`, the outputs are those in the middle between the usual ones; `from` must be even then. */
  constructor(options: { from: number; to: number; between?: boolean | undefined }) {
    const { from, to, between = false } = options;
    this.#from = from;
    this.#to = to;
    this.#half = Math.ceil((HALF_WIDTH_MS * from) / 1000);
    this.#delay = between ? from / 2 : 0;
    this.#step = greatestCommonDivisor(between ? from / 2 : from, to);
    this.#phases = Array.from({ length: to / this.#step }, (_, phase) =>
      weights({ from, to, half: this.#half, fraction: (phase * this.#step) / to }),
    );
    this.#tail = new Float32Array(this.#half);
    this.#base = -this.#half;
  }

  push(samples: Float32Array): Float32Array {
    const input = new Float32Array(this.#tail.length + samples.length);
    input.set(this.#tail);
    input.set(samples, this.#tail.length);
    const end = this.#base + input.length;

    const output = new Float32Array(
      Math.max(0, Math.ceil((samples.length * this.#to) / this.#from) + 1),
    );
    let count = 0;
    for (;;) {
      const position = this.#outputs * this.#from + this.#delay;
      const centre = Math.floor(position / this.#to);
      if (centre + this.#half >= end) break;
      const phase = this.#phases[(position % this.#to) / this.#step];
      if (phase === undefined) break;
      let sum = 0;
      let index = centre - this.#half - this.#base;
      for (const weight of phase) {
        sum += weight * (input[index] ?? 0);
        index += 1;
      }
      output[count] = sum;
      count += 1;
      this.#outputs += 1;
    }
    const next = Math.floor((this.#outputs * this.#from + this.#delay) / this.#to) - this.#half;
    this.#tail = input.slice(Math.max(0, next - this.#base));
    this.#base = end - this.#tail.length;
    return output.subarray(0, count);
  }
}

function weights(options: {
  from: number;
  to: number;
  half: number;
  fraction: number;
}): Float32Array {
  const { from, to, half, fraction } = options;
  const cutoff = 0.35 * to;
  const width = half + 1;
  return Float32Array.from({ length: 2 * half + 1 }, (_, index) => {
    const distance = index - half - fraction;
    const angle = (2 * Math.PI * cutoff * distance) / from;
    const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / width);
    return ((2 * cutoff) / from) * sinc * window;
  });
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
