import { kernel } from './kernel.ts';
import type { RateRatio } from './rate-ratio.ts';

/** A row of taps for each of the `ratio.to` positions that an output can have between two input frames. */
export interface FilterRows {
  /** The taps of a row, filled up with zeros to a multiple of the lanes. */
  readonly rowLength: number;
  readonly taps: Float64Array;
}

/** 512 KiB: enough for every pair of usual rates (8000 and 44100 Hz need 165 KiB, 11025 and 48000 Hz 240). */
const mostTaps = 65_536;

export function hasRows(ratio: RateRatio): boolean {
  return ratio.taps * ratio.to <= mostTaps;
}

/** @param lanes how many sums run side by side */
export function filterRows(ratio: RateRatio, lanes: number): FilterRows {
  const rowLength = Math.ceil(ratio.taps / lanes) * lanes;
  const taps = new Float64Array(rowLength * ratio.to);
  for (let phase = 0; phase < ratio.to; phase++) {
    const start = phase * rowLength;
    fillRow(taps.subarray(start, start + ratio.taps), phase, ratio);
  }
  return { rowLength, taps };
}

/** Taps are scaled to sum to 1 in every row, so that a constant stays constant. */
function fillRow(row: Float64Array, phase: number, { from, to, reach }: RateRatio): void {
  const unit = Math.max(from, to);
  let sum = 0;
  for (let tap = 0; tap < row.length; tap++) {
    const value = kernel(((1 + tap) * to - phase - reach) / unit);
    row[tap] = value;
    sum += value;
  }
  for (let tap = 0; tap < row.length; tap++) row[tap] = (row[tap] ?? 0) / sum;
}
