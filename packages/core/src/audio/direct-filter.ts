import type { Filter } from './filter.ts';
import { halfLobes, kernel } from './kernel.ts';
import type { RateRatio } from './rate-ratio.ts';

/** At 1024 points to a lobe, straight lines between them are within -120 dB of the kernel. */
const pointsPerLobe = 1024;

let sharedTable: Float64Array | undefined;

/** For ratios with too many phases for a table of rows: each tap is read off one table of the kernel. */
export class DirectFilter implements Filter {
  readonly #ratio: RateRatio;
  readonly #table = (sharedTable ??= kernelTable());

  constructor(ratio: RateRatio) {
    this.#ratio = ratio;
  }

  run(input: Float64Array, position: number, output: Float64Array, count: number): void {
    const { from, to, reach } = this.#ratio;
    let time = position;
    for (let m = 0; m < count; m++) {
      const first = Math.floor((time - reach) / to) + 1;
      const last = Math.ceil((time + reach) / to) - 1;
      output[m] = this.#weightedMean(input, first, last, time);
      time += from;
    }
  }

  #weightedMean(input: Float64Array, first: number, last: number, time: number): number {
    const { from, to } = this.#ratio;
    const table = this.#table;
    const pointsPerUnit = pointsPerLobe / Math.max(from, to);
    let sum = 0;
    let weights = 0;
    for (let i = first; i <= last; i++) {
      const point = Math.abs(i * to - time) * pointsPerUnit;
      const below = Math.floor(point);
      const low = table[below] ?? 0;
      const weight = low + (point - below) * ((table[below + 1] ?? 0) - low);
      sum += weight * (input[i] ?? 0);
      weights += weight;
    }
    return sum / weights;
  }
}

/** The right half of the kernel, and two zeros behind it to interpolate against. */
function kernelTable(): Float64Array {
  const table = new Float64Array(halfLobes * pointsPerLobe + 2);
  for (let point = 0; point < table.length; point++) table[point] = kernel(point / pointsPerLobe);
  return table;
}
