/**
 * The command's generators for `npm run plop` and `turbo gen`: they ask, and the command does it. What may be
 * answered comes from the command itself, so nothing here can drift from it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';

/** What plop and turbo gen have in common. */
interface Plop {
  setGenerator(name: string, generator: Generator): unknown;
  setActionType(name: string, action: (answers: Answers) => string): unknown;
  getPlopfilePath(): string;
}

type Answers = Readonly<Record<string, unknown>>;

interface Generator {
  readonly description: string;
  readonly prompts: Prompt[];
  readonly actions: Array<{ readonly type: string }>;
}

interface Prompt {
  readonly type: string;
  readonly name: string;
  readonly message: string;
  readonly default?: string;
}

export function addGenerators(plop: Plop): void {
  const root = rootAbove(plop.getPlopfilePath());
  const types = `of ${typesOf(root).join(', ')}; several with commas`;
  const offer = (
    name: string,
    description: string,
    prompts: Prompt[],
    words: (answers: Answers) => string[],
  ): void => {
    plop.setActionType(`vision:${name}`, (answers) => runCommand(root, words(answers)));
    plop.setGenerator(name, { description, prompts, actions: [{ type: `vision:${name}` }] });
  };

  offer(
    'plugin',
    'a new plugin',
    [
      ask('name', 'What is the provider called?'),
      ask('type', `What does it provide (${types})?`),
      ask('transport', 'How is it reached (empty for the default)?', ''),
    ],
    ({ name, type, transport }) => [
      word(name),
      '--type',
      word(type),
      ...flag('--transport', transport),
    ],
  );
  offer(
    'add',
    'another type for a plugin that exists',
    [
      ask('to', 'Which plugin (its folder, as packages/plugins/acme)?'),
      ask('type', `What is it to provide as well (${types})?`),
      ask('transport', 'How is it reached (empty for the default)?', ''),
    ],
    ({ to, type, transport }) => [
      'add',
      word(type),
      '--to',
      word(to),
      ...flag('--transport', transport),
    ],
  );
  offer(
    'update',
    "bring plugins to this version's templates",
    [ask('to', 'Which plugin (its folder; empty for all)?', '')],
    ({ to }) => ['update', ...(word(to) === '' ? ['--all'] : [word(to)])],
  );
}

function ask(name: string, message: string, fallback?: string): Prompt {
  const standard = fallback === undefined ? {} : { default: fallback };
  return { type: 'input', name, message, ...standard };
}

function word(answer: unknown): string {
  return typeof answer === 'string' ? answer.trim() : '';
}

function flag(name: string, answer: unknown): string[] {
  return word(answer) === '' ? [] : [name, word(answer)];
}

/** The repository, from the folder of a plopfile or of a file in it. */
function rootAbove(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'packages/create-vision-plugin/package.json'))) return folder;
    if (dirname(folder) === folder) throw new Error(`${start} is not in the repository`);
  }
}

const listSchema = z.object({
  types: z.array(z.object({ type: z.string() })),
});

/** As the command lists them. */
function typesOf(root: string): string[] {
  const { status, stdout, stderr } = command(root, ['list', '--json']);
  if (status !== 0) throw new Error(stderr.trim());
  const { types } = listSchema.parse(JSON.parse(stdout));
  return types.map(({ type }) => type);
}

/** @throws Error with what the command said, for plop to show */
function runCommand(root: string, words: readonly string[]): string {
  const { status, stdout, stderr } = command(root, [...words, '--no-input']);
  if (status !== 0) throw new Error(stderr.trim());
  return stdout.trim();
}

function command(root: string, words: readonly string[]) {
  const bin = join(root, 'packages/create-vision-plugin/bin/create-vision-plugin.js');
  // What npm sets when it starts plop says nothing about this.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|INIT_CWD$)/i.test(name)),
  );
  return spawnSync(process.execPath, [bin, ...words], { cwd: root, encoding: 'utf8', env });
}
