import { expect, test } from 'vitest';
import { sha256 } from '../src/hash.ts';
import { isAsMade } from '../src/provenance.ts';
import type { RecordedFile } from '../src/provenance.ts';

const made = '{"a":{"b":1},"list":["x"]}\n';
const json: RecordedFile = {
  class: 'json',
  sha256: sha256(made),
  values: { '/a/b': 1, '/list': ['x'] },
};

test.for([
  ['the file itself', made, true],
  ['other spaces and more keys', '{ "a": { "b": 1, "c": 2 }, "list": ["x", "y"] }', true],
  ['another value', '{"a":{"b":2},"list":["x"]}', false],
  ['a value removed', '{"a":{"b":1}}', false],
  ['what is not JSON', '{', false],
] as const)('a file that is owned per key: %s', ([, content, expected]) => {
  expect(isAsMade(content, json)).toBe(expected);
});

test('a managed file is compared as a whole, but for line ends; a seed is the user’s', () => {
  const managed: RecordedFile = { class: 'managed', sha256: sha256('a\nb\n') };
  expect(isAsMade('a\r\nb\r\n', managed)).toBe(true);
  expect(isAsMade('a\n', managed)).toBe(false);
  expect(isAsMade('mine', { ...managed, class: 'seed' })).toBe(true);
});
