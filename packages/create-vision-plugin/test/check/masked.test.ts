import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { masked } from '../../src/check/masked.ts';

const keys = fc.stringMatching(/^[a-zA-Z0-9_-]{8,80}$/);

test('no text shows a key, whatever it is between and however long it is', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ minLength: 100, maxLength: 300 }),
  );
  fc.assert(
    fc.property(keys, anyText, anyText, (key, before, after) => {
      const text = masked(`${before}${key}${after}`, key);
      return !text.includes(key) && !text.includes(key.slice(-7)) && text.length <= 160;
    }),
  );
});

test('nor its beginning, where the end was cut off by the server', () => {
  fc.assert(
    fc.property(keys, fc.nat(), (key, cut) => {
      const length = 8 + (cut % (key.length - 7));
      return !masked(`key ${key.slice(0, length)}`, key).includes(key.slice(0, 8));
    }),
  );
});

test.for([
  ['wrong key: sk-a****wxyz.', 'wrong key: [key]'],
  ['wrong key: ...wxyz', 'wrong key: [key]'],
  ['wrong key: sk-a\u200Bbcdefgh-wxyz', 'wrong key: [key]'],
  ['{"key":"sk-abcdefgh-wxyz"}', '{"key":"[key]"}'],
  ['c2stYWJjZGVmZ2gtd3h5eg==', '[key]'],
  ['no such model', 'no such model'],
  ['two\r\nlines\u001B[2J\u202Eand more', 'two lines [2Jand more'],
] as const)('%s', ([text, shown]) => {
  expect(masked(text, 'sk-abcdefgh-wxyz')).toBe(shown);
});

test('a short key is masked as a word like any other', () => {
  expect(masked('the key none is wrong', 'none')).toBe('the key [key] is wrong');
});
