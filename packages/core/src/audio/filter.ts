/** Computes outputs from a plane of input frames. */
export interface Filter {
  /**
   * @param position of the first output, in `1 / to` input frames after `input[0]`; its reach must begin at -1 or later
   * @param input readable and finite up to `readAhead` frames beyond the reach of the last output
   */
  run(input: Float64Array, position: number, output: Float64Array, count: number): void;
}

/** What a filter may read beyond what it needs; the values don't matter, as their taps are 0. */
export const readAhead = 4;
