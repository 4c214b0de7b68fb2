import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { bin, plainEnvironment, runCli } from './support/cli.ts';
import { makeWorkspace } from './support/workspace.ts';

const answers = {
  name: '@corp/Acme AI',
  type: ['stt'],
  transport: { stt: 'http' },
  baseUrl: 'https://acme.example',
  envPrefix: 'ACME',
};

test('a file answers what flags would', async () => {
  await using workspace = await makeWorkspace({ 'answers.json': JSON.stringify(answers) });
  await using other = await makeWorkspace({ 'answers.json': JSON.stringify(answers) });
  const flags = ['--type', 'stt', '--transport', 'http', '--base-url', 'https://acme.example'];
  const made = await runCli(workspace.root, ['--answers', 'answers.json']);
  expect(made).toMatchObject({ exitCode: 0, stderr: '' });
  await runCli(other.root, ['@corp/Acme AI', ...flags, '--env-prefix', 'ACME']);
  expect(await workspace.snapshot()).toEqual(await other.snapshot());
});

test('a flag wins over the file, and stdin is a file', async () => {
  await using workspace = await makeWorkspace();
  const args = [bin, 'beta', '--answers', '-', '--scope', 'mine'];
  const child = spawn(process.execPath, args, { cwd: workspace.root, env: plainEnvironment() });
  child.stdin.end(`\uFEFF${JSON.stringify(answers)}`);
  const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(await workspace.read('packages/plugins/beta/package.json')).toContain(
    '"@mine/plugin-beta"',
  );
});

test('what is missing is named, with what was answered in the command to paste', async () => {
  await using workspace = await makeWorkspace({ 'answers.json': '{ "name": "beta" }' });
  const run = await runCli(workspace.root, ['--answers', 'answers.json']);
  expect(run).toMatchObject({ exitCode: 2 });
  expect(run.stderr).toContain('An answer is missing: --type.');
  expect(run.stderr).toContain('npx create-vision-plugin beta --type stt\n');
});

describe('a file that cannot be used leaves the tree as it was', () => {
  test.for([
    ['none', undefined],
    ['no JSON', '{ name: acme }'],
    ['a list', '["acme", "stt"]'],
    ['null', 'null'],
    ['an unknown key', '{ "name": "acme", "type": "stt", "typo": "x" }'],
    ['a key of its prototype', '{ "name": "acme", "type": "stt", "__proto__": { "yes": true } }'],
    ['a constructor', '{ "name": "acme", "type": "stt", "constructor": "x" }'],
    ['how to run', '{ "name": "acme", "type": "stt", "onConflict": "overwrite" }'],
    ['a number', '{ "name": 1, "type": "stt" }'],
    [
      'an unknown type in its transports',
      '{ "name": "acme", "type": "stt", "transport": { "x": "ws" } }',
    ],
    ['a control character', '{ "name": "acme", "type": "stt", "dir": "\u0000\u001b[31m" }'],
    ['too many types', JSON.stringify({ name: 'acme', type: Array(100).fill('stt') })],
    ['a long text', JSON.stringify({ name: 'a'.repeat(2_000), type: 'stt' })],
    [
      'more than 64 kB',
      JSON.stringify({ name: 'acme', type: 'stt', displayName: 'A'.repeat(70_000) }),
    ],
    ['deep nesting', `{"name":"acme","type":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ] as const)('%s', async ([, content]) => {
    await using workspace = await makeWorkspace(
      content === undefined ? {} : { 'answers.json': content },
    );
    const before = await workspace.snapshot();
    const { exitCode, stdout, stderr } = await runCli(workspace.root, [
      '--answers',
      'answers.json',
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^E_(?:ANSWERS|FLAG_INVALID) {2}/);
    expect(stderr.length).toBeLessThan(1_000);
    // oxlint-disable-next-line no-control-regex -- what a terminal would act on
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(await workspace.snapshot()).toEqual(before);
  });

  test('what is not UTF-8', async () => {
    await using workspace = await makeWorkspace();
    await writeFile(
      workspace.path('answers.json'),
      Buffer.from('{"name":"acm\xe9","type":"stt"}', 'latin1'),
    );
    const before = await workspace.snapshot();
    const run = await runCli(workspace.root, ['--answers', 'answers.json']);
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^E_ANSWERS/) });
    expect(await workspace.snapshot()).toEqual(before);
  });

  test.runIf(process.platform === 'linux').for(['/dev/zero', '/', '/proc/self/mem'])(
    '%s, which ends or not',
    async (path) => {
      await using workspace = await makeWorkspace();
      const before = await workspace.snapshot();
      const run = await runCli(workspace.root, ['--answers', path]);
      expect(run).toMatchObject({ exitCode: 2, stdout: '' });
      expect(run.stderr).toMatch(/^E_ANSWERS {2}/);
      expect(await workspace.snapshot()).toEqual(before);
    },
  );
});
