import { expect, test } from 'vitest';
import { types as allTypes } from '../src/catalogue.ts';
import {
  argumentsOf,
  coveringMatrix,
  fullMatrix,
  shapes,
  uncovered,
} from './support/plugin-matrix.ts';

const count = allTypes.length;

test('the full matrix has every type, every pair, three that converse and all at once, and each type on its own', () => {
  const kinds = fullMatrix.map(({ types, standalone }) => [types.join(), standalone].join());
  expect(new Set(kinds).size).toBe(kinds.length);
  expect(fullMatrix).toHaveLength(count + (count * (count - 1)) / 2 + 2 + count);
});

test.each([
  ['full', fullMatrix],
  ['covering', coveringMatrix],
])('the %s matrix leaves no transport and no shape of a name out', (_title, plugins) => {
  expect(uncovered(plugins)).toEqual([]);
  expect(new Set(plugins.map(({ shape }) => shape))).toEqual(new Set(shapes));
  const names = plugins.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(Math.max(...names.map((name) => name.length))).toBe(50);
});

test('a plugin of the matrix is typed as a person would', () => {
  const plugin = {
    name: 'p1',
    shape: 'short',
    types: ['stt', 'tts'],
    transports: { stt: 'ws', tts: 'http' },
    standalone: true,
  } as const;
  expect(argumentsOf(plugin).join(' ')).toBe(
    'p1 --type stt,tts --transport stt=ws,tts=http --standalone --no-git',
  );
});
