import type { Filter } from './filter.ts';
import { filterRows } from './filter-rows.ts';
import type { RateRatio } from './rate-ratio.ts';

/** How many sums run side by side, so that an addition need not wait for the one before it. */
const lanes = 4;

/** Reads the taps off a table of rows. */
export class PolyphaseFilter implements Filter {
  readonly #ratio: RateRatio;
  readonly #rowLength: number;
  readonly #rows: Float64Array;

  constructor(ratio: RateRatio) {
    const { rowLength, taps } = filterRows(ratio, lanes);
    this.#ratio = ratio;
    this.#rowLength = rowLength;
    this.#rows = taps;
  }

  run(input: Float64Array, position: number, output: Float64Array, count: number): void {
    const { from, to, reach } = this.#ratio;
    const rowLength = this.#rowLength;
    const rows = this.#rows;
    const wholeStep = Math.floor(from / to);
    const phaseStep = from % to;
    const begin = Math.floor((position - reach) / to);
    let first = begin + 1;
    let phase = position - reach - begin * to;
    for (let m = 0; m < count; m++) {
      output[m] = dot(input, first, rows, phase * rowLength, rowLength);
      first += wholeStep;
      phase += phaseStep;
      if (phase >= to) {
        phase -= to;
        first += 1;
      }
    }
  }
}

function dot(
  input: Float64Array,
  first: number,
  rows: Float64Array,
  row: number,
  length: number,
): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < length; i += lanes) {
    const x = first + i;
    const h = row + i;
    a += (input[x] ?? 0) * (rows[h] ?? 0);
    b += (input[x + 1] ?? 0) * (rows[h + 1] ?? 0);
    c += (input[x + 2] ?? 0) * (rows[h + 2] ?? 0);
    d += (input[x + 3] ?? 0) * (rows[h + 3] ?? 0);
  }
  return a + b + (c + d);
}
