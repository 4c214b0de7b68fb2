import { describeValue } from '../describe-value.ts';

/** @throws TypeError for anything but a number, RangeError for one that is not above 0 and finite */
export function checkFps(name: string, value: unknown): void {
  if (typeof value !== 'number')
    throw new TypeError(
      `${name} must be a number of frames per second, got ${describeValue(value)}`,
    );
  if (!Number.isFinite(value) || value <= 0)
    throw new RangeError(`${name} must be above 0 frames per second, got ${String(value)}`);
}
