import { describe, expect, it } from 'vitest';
import { HurriedClock } from '../../test/hurried-clock.ts';
import { Stream } from '../stream.ts';
import { inSentences } from './in-sentences.ts';

async function* pieces(...texts: readonly string[]): AsyncGenerator<string, void, undefined> {
  yield* texts;
}

/** One in which no time passes. */
const still = (): HurriedClock => new HurriedClock(200);

describe('a text in sentences', () => {
  it.each([
    [
      ['Hello', ' there. How ', 'are you?', ' Fine!'],
      ['Hello there. ', 'How are you? ', 'Fine!'],
    ],
    [
      ['It costs 3', '.', '5', ' euros. Yes.'],
      ['It costs 3.5 euros. ', 'Yes.'],
    ],
    [
      ['He said "no." ', 'Then he left'],
      ['He said "no." ', 'Then he left'],
    ],
    [
      ['一つ。', '二つ。'],
      ['一つ。', '二つ。'],
    ],
    [
      ['First line\n', 'second line'],
      ['First line\n', 'second line'],
    ],
    [['', 'One.', '', ' '], ['One. ']],
    [[], []],
  ])('%j', async (given, expected) => {
    const clock = still();
    expect(await Array.fromAsync(inSentences(pieces(...given), { clock }))).toEqual(expected);
    expect(clock.pending).toBe(0);
  });

  it('gives what looks complete when nothing follows for a moment, and nothing twice', async () => {
    const clock = still();
    const text = new Stream<string>();
    text.trySend('Let me see.');
    const sentences = inSentences(text, { clock });
    const first = sentences.next();
    await new Promise<void>((resolve) => {
      clock.onLimit = () => resolve();
    });
    clock.pass(200);
    expect(await first).toEqual({ done: false, value: 'Let me see.' });
    text.trySend(' There is');
    text.trySend(' one.');
    text.close();
    expect(await Array.fromAsync(sentences)).toEqual([' There is one.']);
  });

  it('fails as the text does, after the sentences that were complete', async () => {
    const failing = (async function* () {
      yield 'One. Two.';
      throw new Error('the model is gone');
    })();
    const heard: string[] = [];
    const reading = (async () => {
      for await (const sentence of inSentences(failing, { clock: still() })) heard.push(sentence);
    })();
    await expect(reading).rejects.toThrow('the model is gone');
    expect(heard).toEqual(['One. ']);
  });

  it('lets go of the text when its reader leaves', async () => {
    let released = false;
    const text = (async function* () {
      try {
        yield 'One. Two. ';
        yield 'Three. ';
      } finally {
        released = true;
      }
    })();
    for await (const sentence of inSentences(text, { clock: still() })) {
      expect(sentence).toBe('One. ');
      break;
    }
    expect(released).toBe(true);
  });
});
