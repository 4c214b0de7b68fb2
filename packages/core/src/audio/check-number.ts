import { describeValue } from '../describe-value.ts';

/** @throws TypeError for anything but a number, RangeError for a number that is not an integer of at least `least` */
export function checkInteger(name: string, value: unknown, least = 1): void {
  const accepted = least === 1 ? 'a positive integer' : `an integer of ${String(least)} or more`;
  if (typeof value !== 'number')
    throw new TypeError(`${name} must be ${accepted}, got ${describeValue(value)}`);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be ${accepted}, got ${String(value)}`);
  }
}

/** @throws TypeError for anything but a number, RangeError for one that is negative or not finite */
export function checkDurationMs(name: string, value: unknown): void {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number of milliseconds, got ${describeValue(value)}`);
  }
  if (!Number.isFinite(value) || value < 0) {
    throw new RangeError(`${name} must be 0 or more milliseconds, got ${String(value)}`);
  }
}
