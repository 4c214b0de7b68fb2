import { expect, test } from 'vitest';
import { catalogue } from '../src/catalogue.ts';
import { typeRows } from '../src/list.ts';

/** Base class and status of each row, in a version where only these transports work. */
function rows(available: readonly string[]): unknown[] {
  return typeRows('stt', { ...catalogue.stt, available }).map((row) => [row.at(1), row.at(-1)]);
}

test('a type has a row for each base class, with the transports that work', () => {
  expect(rows(['ws'])).toEqual([
    ['StreamingSTT', 'ws'],
    ['SegmentedSTT', 'not in this version'],
  ]);
  expect(rows(['ws', 'http', 'sdk', 'worker'])).toEqual([
    ['StreamingSTT', 'ws'],
    ['SegmentedSTT', 'http, sdk, worker'],
  ]);
  expect(rows([])).toEqual([
    ['StreamingSTT', 'not in this version'],
    ['SegmentedSTT', 'not in this version'],
  ]);
});
