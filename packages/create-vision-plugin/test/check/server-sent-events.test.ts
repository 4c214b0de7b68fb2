import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventData } from '../../src/check/server-sent-events.ts';

async function* pieces(text: string, cuts: readonly number[]): AsyncGenerator<string> {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].toSorted(
    (a, b) => a - b,
  );
  for (const [index, place] of places.entries())
    yield text.slice(place, places[index + 1] ?? place);
}

test.each(['\n', '\r\n', '\r'])('events are the same however %j and they are cut', async (end) => {
  const lines = [
    ': waiting',
    'data: one',
    '',
    'event: x',
    'data:two',
    'data: lines',
    'dates: 1',
    '',
    'data',
    '',
    'data: last',
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 20 }), async (cuts) => {
      const found = await Array.fromAsync(eventData(pieces(lines.join(end), cuts)));
      expect(found).toEqual(['one', 'two\nlines', '', 'last']);
    }),
  );
});
