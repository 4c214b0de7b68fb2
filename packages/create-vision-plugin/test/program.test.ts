import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { answersSchema, runSchema } from '../src/answers.ts';
import { additionSchema, changeRunSchema } from '../src/change-answers.ts';
import { checkFlagsSchema, KEY_FLAG } from '../src/check/check-flags.ts';
import { doctorFlagsSchema } from '../src/doctor/doctor.ts';
import { flagOf } from '../src/flags.ts';
import { createProgram } from '../src/program.ts';
import { updateFlagsSchema } from '../src/update.ts';

const nothing = {
  create: () => Promise.resolve(),
  add: () => Promise.resolve(),
  update: () => Promise.resolve(),
  check: () => Promise.resolve(),
  doctor: () => Promise.resolve(),
  list: () => Promise.resolve(),
};
const program = createProgram('0.0.0', nothing, { out: () => undefined });

function offered(command: Command): string[] {
  const keys = command.options.map((option) => option.attributeName());
  return [...new Set(keys.filter((key) => key !== 'version'))].toSorted();
}

function commandNamed(name: string): Command {
  const command = program.commands.find((candidate) => candidate.name() === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return command;
}

test('every question has a flag, and every flag is in a schema', () => {
  const known = [...Object.keys(answersSchema.shape), ...Object.keys(runSchema.shape)];
  expect(offered(program)).toEqual(known.filter((key) => key !== 'name').toSorted());
  expect(program.registeredArguments.map((argument) => argument.name())).toEqual(['name']);
  expect(flagOf('displayName')).toBe('--display-name');
});

test('so it is with the commands that change plugins', () => {
  const add = [...Object.keys(additionSchema.shape), ...Object.keys(changeRunSchema.shape)];
  expect(offered(commandNamed('add'))).toEqual(add.filter((key) => key !== 'type').toSorted());
  expect(offered(commandNamed('update'))).toEqual(Object.keys(updateFlagsSchema.shape).toSorted());
  expect(offered(commandNamed('doctor'))).toEqual(Object.keys(doctorFlagsSchema.shape).toSorted());
});

test('and with the one that asks a service, but for a flag that is only there to be refused', () => {
  const flags = [...Object.keys(checkFlagsSchema.shape), KEY_FLAG];
  expect(offered(commandNamed('check'))).toEqual(flags.toSorted());
});
