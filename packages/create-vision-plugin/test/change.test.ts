import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { resultSchema } from '../src/result.ts';
import { runCli, runPasted } from './support/cli.ts';
import { makeWorkspace } from './support/workspace.ts';
import type { TemporaryWorkspace } from './support/workspace.ts';

const acme = 'packages/plugins/acme';
const older = '{ "extends": "@vision-agents/testkit/tsconfig.old.json" }\n';

/** A plugin whose tsconfig.json is as an older version made it. */
async function makeOlder(): Promise<TemporaryWorkspace> {
  const workspace = await makeWorkspace();
  expect(await runCli(workspace.root, ['acme', '--type', 'stt'])).toMatchObject({ exitCode: 0 });
  const provenance = await workspace.read(`${acme}/.vision-plugin.json`);
  const hash = createHash('sha256').update(older).digest('hex');
  await workspace.write({
    [`${acme}/tsconfig.json`]: older,
    [`${acme}/.vision-plugin.json`]: provenance.replace(
      /("tsconfig\.json": \{\s*"class": "managed",\s*"sha256": )"\w+"/,
      `$1"${hash}"`,
    ),
  });
  return workspace;
}

async function runJson(root: string, args: readonly string[]) {
  const { stdout, stderr, exitCode } = await runCli(root, [...args, '--json']);
  expect(stderr).toBe('');
  return { ...resultSchema.parse(JSON.parse(stdout)), exited: exitCode };
}

describe('update', () => {
  test('tells of drift, plans and writes the same, and has nothing to do then', async () => {
    await using workspace = await makeOlder();
    const before = await workspace.snapshot();
    const checked = await runCli(workspace.root, ['update', acme, '--check']);
    expect(checked).toMatchObject({ exitCode: 6 });
    expect(checked.stdout).toMatch(/tsconfig\.json +update/);
    expect(checked.stderr).toContain('npx create-vision-plugin update packages/plugins/acme\n');
    const planned = await runJson(workspace.root, ['update', acme, '--dry-run=diff']);
    expect(planned.files?.find(({ path }) => path.endsWith('tsconfig.json'))?.diff).toContain(
      '+  "extends"',
    );
    expect(await workspace.snapshot()).toEqual(before);
    const done = await runJson(workspace.root, ['update', '--all']);
    expect(done).toMatchObject({
      ok: true,
      exited: 0,
      plugins: [{ name: 'acme', directory: acme }],
    });
    expect(done.files?.map(({ sha256 }) => sha256)).toEqual(
      planned.files?.map(({ sha256 }) => sha256),
    );
    const again = await runCli(workspace.path(`${acme}/src`), ['update']);
    expect(again).toMatchObject({ exitCode: 0, stdout: 'Up to date: vision-agents-plugin-acme\n' });
    expect(await runCli(workspace.root, ['update', '--all', '--check'])).toMatchObject({
      exitCode: 0,
    });
  });

  test('names those of several plugins that it changes', async () => {
    await using workspace = await makeOlder();
    expect(await runCli(workspace.root, ['beta', '--type', 'stt'])).toMatchObject({ exitCode: 0 });
    const all = ['update', '--all'];
    const planned = await runCli(workspace.root, [...all, '--dry-run']);
    expect(planned.stdout).toMatch(/^Would update vision-agents-plugin-acme\n/);
    const { next } = await runJson(workspace.root, all);
    expect(next).toEqual(['npm install', 'npm test -w vision-agents-plugin-acme']);
    const nothing = await runCli(workspace.root, all);
    expect(nothing.stdout).toBe(
      'Up to date: vision-agents-plugin-acme, vision-agents-plugin-beta\n',
    );
  });

  test('shows a conflict with a command for each choice, which work', async () => {
    await using workspace = await makeOlder();
    await workspace.write({ [`${acme}/tsconfig.json`]: '{ "extends": "./mine.json" }\n' });
    const before = await workspace.snapshot();
    const { exitCode, stdout, stderr } = await runCli(workspace.root, ['update', acme]);
    expect(exitCode).toBe(5);
    expect(stdout).toContain('-{ "extends": "./mine.json" }\n');
    expect(stdout).toContain('+  "extends": "@vision-agents/testkit/tsconfig.plugin.json"\n');
    const [keep = '', overwrite = ''] = stderr.match(/npx create-vision-plugin .*/g) ?? [];
    expect(await workspace.snapshot()).toEqual(before);
    const refused = await runJson(workspace.root, ['update', acme]);
    expect(refused).toMatchObject({
      ok: false,
      exitCode: 5,
      exited: 5,
      error: { code: 'E_CONFLICT' },
    });
    expect(await runPasted(workspace.root, keep)).toMatchObject({ exitCode: 0 });
    expect(await workspace.read(`${acme}/tsconfig.json`)).toContain('mine');
    await workspace.write({ [`${acme}/tsconfig.json`]: older });
    expect(overwrite).toContain('--on-conflict=overwrite');
  });

  test.for([
    ['no plugin here', ['update'], 'E_INPUT_NEEDED', 2],
    ['a folder that is not one', ['update', 'packages'], 'E_NOT_A_PLUGIN', 3],
    ['folders and all', ['update', acme, '--all'], 'E_USAGE', 2],
    ['a flag of another command', ['update', '--scope', 'acme'], 'E_FLAG_UNKNOWN', 2],
    ['a flag of another command in front', ['--scope', 'acme', 'update'], 'E_USAGE', 2],
    ['a policy that there is not', ['update', acme, '--on-conflict=mine'], 'E_FLAG_INVALID', 2],
  ] as const)('%s', async ([, args, code, exitCode]) => {
    await using workspace = await makeOlder();
    const before = await workspace.snapshot();
    const result = await runJson(workspace.root, args);
    expect(result).toMatchObject({ ok: false, exited: exitCode, error: { code } });
    expect(await workspace.snapshot()).toEqual(before);
  });

  test('a flag in front of the command counts: a dry run stays one', async () => {
    await using workspace = await makeOlder();
    const before = await workspace.snapshot();
    const run = await runCli(workspace.root, ['--dry-run', 'update', acme]);
    expect(run.stdout).toContain('Nothing was written.');
    expect(await workspace.snapshot()).toEqual(before);
  });
});

describe('add', () => {
  test('plans, hash for hash, what it writes', async () => {
    await using workspace = await makeWorkspace();
    expect(await runCli(workspace.root, ['acme', '--type', 'stt'])).toMatchObject({ exitCode: 0 });
    const before = await workspace.snapshot();
    const args = ['add', 'tts', '--to', acme];
    const planned = await runJson(workspace.root, [...args, '--dry-run']);
    expect(planned).toMatchObject({ ok: true, dryRun: true, exited: 0 });
    expect(await workspace.snapshot()).toEqual(before);
    const done = await runJson(workspace.root, args);
    expect(done.files).toEqual(planned.files);
    const after = await workspace.snapshot();
    const changed = Object.keys(after).filter(
      (path) => after[path] !== before[path] && after[path]?.startsWith('file'),
    );
    const written = done.files?.filter(({ action }) => action === 'create' || action === 'update');
    expect(changed).toEqual(written?.map(({ path }) => path).toSorted());
    for (const { path, sha256 } of written ?? [])
      expect(after[path]?.endsWith(` ${sha256}`)).toBe(true);
  });

  test.for([0, 2, 4, 8, 16])(
    'where files may have no more than %i blocks: all of it, or none',
    async (blocks) => {
      await using workspace = await makeWorkspace();
      await runCli(workspace.root, ['acme', '--type', 'stt']);
      const before = await workspace.snapshot();
      const add = `npx create-vision-plugin add tts --to ${acme}`;
      const limited = await runPasted(workspace.root, `ulimit -f ${blocks}; ${add}`);
      if (limited.exitCode === 0) {
        await using reference = await makeWorkspace();
        await runCli(reference.root, ['acme', '--type', 'stt']);
        await runPasted(reference.root, add);
        expect(await workspace.snapshot()).toEqual(await reference.snapshot());
      } else {
        expect(limited).toMatchObject({ exitCode: 74, stderr: expect.stringContaining('EFBIG') });
        expect(await workspace.snapshot()).toEqual(before);
      }
      if (blocks < 4) expect(limited.exitCode).toBe(74);
    },
  );

  test('of what is there is nothing', async () => {
    await using workspace = await makeOlder();
    const before = await workspace.snapshot();
    const run = await runCli(workspace.root, ['add', 'stt', '--to', acme]);
    expect(run).toMatchObject({
      exitCode: 0,
      stdout: 'Unchanged: vision-agents-plugin-acme has speech-to-text already.\n',
    });
    expect(await workspace.snapshot()).toEqual(before);
  });

  test.for([
    ['no type', ['add'], 'E_INPUT_NEEDED', 2],
    ['an unknown type', ['add', 'sst', '--to', acme], 'E_TYPE_UNKNOWN', 2],
    ['no plugin here', ['add', 'stt'], 'E_INPUT_NEEDED', 2],
    ['another transport', ['add', 'stt', '--to', acme, '--transport', 'http'], 'E_EXISTS', 3],
  ] as const)('%s', async ([, args, code, exitCode]) => {
    await using workspace = await makeOlder();
    const before = await workspace.snapshot();
    const result = await runJson(workspace.root, args);
    expect(result).toMatchObject({ command: 'add', exited: exitCode, error: { code } });
    expect(await workspace.snapshot()).toEqual(before);
  });
});
