import { expect, test } from 'vitest';
import { answersSchema, runSchema } from '../src/answers.ts';
import { flagOf } from '../src/flags.ts';
import { createProgram } from '../src/program.ts';

test('every question has a flag, and every flag is in a schema', () => {
  const nothing = { create: () => Promise.resolve(), list: () => Promise.resolve() };
  const program = createProgram('0.0.0', nothing, { out: () => undefined });
  const known = [...Object.keys(answersSchema.shape), ...Object.keys(runSchema.shape)].filter(
    (key) => key !== 'name',
  );
  const offered = program.options
    .map((option) => option.attributeName())
    .filter((key) => key !== 'version');
  expect([...new Set(offered)].toSorted()).toEqual(known.toSorted());
  expect(program.registeredArguments.map((argument) => argument.name())).toEqual(['name']);
  expect(flagOf('displayName')).toBe('--display-name');
});
