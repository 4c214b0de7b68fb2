/** Every command as a program calls it: with an input that stays open, to which nobody will ever type. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { resultSchema } from '../src/result.ts';
import { bin, plainEnvironment } from './support/cli.ts';
import type { CliRun } from './support/cli.ts';
import { makeWorkspace } from './support/workspace.ts';

async function runWaiting(cwd: string, args: readonly string[]): Promise<CliRun> {
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: plainEnvironment() });
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode: z.number().parse(exitCode), stdout, stderr };
}

describe('a failure is one document on stdout, and nothing else', () => {
  test.for([
    ['create', [], 2, 'E_INPUT_NEEDED'],
    ['create', ['acme', '--type', 'stt', '--bogus'], 2, 'E_FLAG_UNKNOWN'],
    ['create', ['acme', '--type', 'stt', '--dir', '..'], 3, 'E_OUTSIDE_ROOT'],
    ['create', ['--type', 'stt', '--dir', 'add'], 2, 'E_INPUT_NEEDED'],
    ['add', ['add'], 2, 'E_INPUT_NEEDED'],
    ['add', ['add', 'tts', '--to', 'nowhere'], 3, 'E_NOT_A_PLUGIN'],
    ['update', ['update'], 2, 'E_INPUT_NEEDED'],
    ['update', ['update', 'nowhere'], 3, 'E_NOT_A_PLUGIN'],
    ['doctor', ['doctor'], 2, 'E_INPUT_NEEDED'],
    ['doctor', ['doctor', 'nowhere'], 3, 'E_NOT_A_PLUGIN'],
    ['check', ['check'], 2, 'E_INPUT_NEEDED'],
    ['check', ['check', 'http://127.0.0.1:1/v1'], 6, 'E_CHECK_UNREACHABLE'],
    ['list', ['list', 'stt'], 2, 'E_USAGE'],
  ] as const)('%s: %j', async ([command, args, exitCode, code]) => {
    await using workspace = await makeWorkspace();
    const before = await workspace.snapshot();
    for (const words of [
      [...args, '--json'],
      ['--json', ...args],
    ]) {
      const run = await runWaiting(workspace.root, words);
      expect(run).toMatchObject({ exitCode, stderr: '' });
      expect(resultSchema.parse(JSON.parse(run.stdout))).toMatchObject({
        command,
        ok: false,
        exitCode,
        error: { code },
      });
    }
    expect(await workspace.snapshot()).toEqual(before);
  });
});

/** Every answer that can be given, with its flag. */
const answers = [
  ['acme'],
  ['--type', 'stt'],
  ['--transport', 'http'],
  ['--scope', 'corp'],
  ['--display-name', 'Acme AI'],
  ['--class-prefix', 'AcmeAI'],
  ['--env-prefix', 'ACME_AI'],
  ['--base-url', 'https://api.acme.example'],
  ['--dir', 'packages/acme'],
] as const;

/** All answers but one, each answer alone, and none. */
const subsets = [
  ...answers.map((_, left) => answers.filter((_answer, index) => index !== left)),
  ...answers.map((answer) => [answer]),
  [],
];

describe('a part of the answers is a plugin, or exit code 2 with the flags that are missing', () => {
  test.for(subsets.map((subset) => subset.flat()))('%j', async (words) => {
    await using workspace = await makeWorkspace();
    const before = await workspace.snapshot();
    const run = await runWaiting(workspace.root, words);
    const missing = ['acme', '--type'].filter((word) => !words.some((given) => given === word));
    if (missing.length === 0) {
      expect(run).toMatchObject({ exitCode: 0, stderr: '' });
      expect(Object.keys(await workspace.snapshot())).toContain(
        `${words.some((word) => word === '--dir') ? 'packages/acme' : 'packages/plugins/acme'}/src/stt.ts`,
      );
      return;
    }
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(/^E_INPUT_NEEDED {2}/);
    const named = missing.map((word) => (word === 'acme' ? 'name' : word)).join(', ');
    expect(run.stderr).toContain(`missing: ${named}.`);
    expect(await workspace.snapshot()).toEqual(before);
  });
});
