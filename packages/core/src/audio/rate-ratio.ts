import { halfLobes } from './kernel.ts';

/**
 * The two rates of a conversion without their common factor: `from` frames in take as long as `to` frames out.
 *
 * A position in time is a whole number of `1 / to` input frames, so nothing is ever rounded and a stream can't drift.
 * Output `m` is the input around position `m * from`, `reach` to either side, both ends excluded.
 */
export interface RateRatio {
  readonly from: number;
  readonly to: number;
  readonly reach: number;
  /** How many input frames can lie within reach of an output. */
  readonly taps: number;
}

export function rateRatio(fromRate: number, toRate: number): RateRatio {
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const from = fromRate / divisor;
  const to = toRate / divisor;
  const reach = halfLobes * Math.max(from, to);
  return { from, to, reach, taps: Math.ceil((2 * reach) / to) };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
