import { expect, test } from 'vitest';
import { catalogue } from '../src/catalogue.ts';
import { typeRows } from '../src/list.ts';

test('a type has a row for each base class, with its transports', () => {
  expect(typeRows('stt', catalogue.stt).map((row) => [row.at(1), row.at(-1)])).toEqual([
    ['StreamingSTT', 'ws'],
    ['SegmentedSTT', 'http, sdk, worker'],
  ]);
});
