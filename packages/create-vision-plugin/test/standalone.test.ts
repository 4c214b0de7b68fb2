import * as fsp from 'node:fs/promises';
import { mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { realFileSystem } from '../src/fs-port.ts';
import type { FileSystem } from '../src/fs-port.ts';
import type { Release } from '../src/release.ts';
import { resultSchema } from '../src/result.ts';
import { runCli } from './support/cli.ts';
import { carryOut, creation } from './support/jobs.ts';
import { fixtureRelease, partTemplates } from './support/release.ts';
import { makeWorkspace, snapshot } from './support/workspace.ts';

let release: Release;
beforeAll(async () => {
  release = await fixtureRelease(partTemplates);
});

/** A folder in no workspace and in no repository. */
async function makeFolder(files: Readonly<Record<string, string>> = {}) {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'cvp-alone-')));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return {
    root,
    path: (relative: string) => join(root, relative),
    read: (relative: string) => fsp.readFile(join(root, relative), 'utf8'),
    snapshot: () => snapshot(root),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

const make = ['acme', '--type', 'stt'];

test('where no workspace is, a plugin has a tool chain, a licence, a workflow and a repository of its own', async () => {
  await using folder = await makeFolder();
  const run = await runCli(folder.root, make);
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  expect(run.stdout).toContain('\n  cd acme\n  npm install\n  npm test\n  npm run example\n');
  expect((await stat(folder.path('acme/.git'))).isDirectory()).toBe(true);
  expect(await folder.read('acme/.git/HEAD')).toBe('ref: refs/heads/main\n');
  expect(await folder.read('acme/LICENSE')).toContain('Apache License');
  expect(await folder.read('acme/.github/workflows/ci.yml')).toContain('${{ matrix.node }}');
  expect(await folder.read('acme/.gitignore')).toContain('node_modules/\n');
  const manifest: unknown = JSON.parse(await folder.read('acme/package.json'));
  expect(manifest).toMatchObject({
    name: 'vision-agents-plugin-acme',
    devDependencies: { oxlint: expect.any(String), oxfmt: expect.any(String) },
  });
  expect(manifest).not.toHaveProperty('repository');
});

test.each(['ws', 'http', 'sdk', 'worker'])('over %s it has 18 files at most', async (transport) => {
  await using folder = await makeFolder();
  await runCli(folder.root, [...make, '--transport', transport, '--no-git']);
  const entries = await readdir(folder.path('acme'), { recursive: true, withFileTypes: true });
  expect(entries.filter((entry) => entry.isFile()).length).toBeLessThanOrEqual(18);
});

test('again, from around it and from within, changes nothing', async () => {
  await using folder = await makeFolder();
  await runCli(folder.root, make);
  const before = await folder.snapshot();
  for (const [cwd, ...dir] of [[folder.root], [folder.path('acme'), '--dir', '.']]) {
    const again = await runCli(cwd ?? '', [...make, ...dir]);
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Unchanged') });
  }
  expect(await runCli(folder.path('acme/src'), ['update', '--check'])).toMatchObject({
    exitCode: 0,
  });
  expect(await folder.snapshot()).toEqual(before);
});

test('also in a workspace, when it is asked for', async () => {
  await using workspace = await makeWorkspace();
  await runCli(workspace.root, [...make, '--standalone', '--no-git']);
  expect(Object.keys(await workspace.snapshot())).toContain('acme/LICENSE');
  expect(Object.keys(await workspace.snapshot())).not.toContain('.changeset/acme.md');
  const both = await runCli(workspace.root, [...make, '--standalone', '--workspace']);
  expect(both).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('not both') });
});

describe('a repository', () => {
  test('is made only where there is none: not in one, not in a worktree, not when told so', async () => {
    await using inside = await makeFolder({ '.git/HEAD': 'ref: refs/heads/main\n' });
    await using worktree = await makeFolder({ '.git': 'gitdir: elsewhere\n' });
    await using unwanted = await makeFolder();
    await runCli(inside.root, make);
    await runCli(worktree.root, make);
    await runCli(unwanted.root, [...make, '--no-git']);
    for (const folder of [inside, worktree, unwanted]) {
      const paths = Object.keys(await folder.snapshot());
      expect(paths).toContain('acme/package.json');
      expect(paths).not.toContain('acme/.git');
    }
  });

  test('cannot be made without git: a warning, or exit code 7 when it was asked for', async () => {
    await using folder = await makeFolder({ 'bin/keep': '' });
    const env = { PATH: folder.path('bin') };
    const run = await runCli(folder.root, make, env);
    expect(run).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('without a repository'),
    });
    const asked = await runCli(folder.root, ['beta', '--type', 'stt', '--git'], env);
    expect(asked).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('E_POST_STEP') });
    expect(Object.keys(await folder.snapshot())).toContain('beta/package.json');
  });
});

describe('in a folder that has files already', () => {
  const own = {
    'README.md': '# Mine\n',
    'notes.txt': 'mine\n',
    'package.json': '{\n  "name": "mine",\n  "scripts": {\n    "test": "true"\n  }\n}\n',
  };

  test('what is in the way is named, and nothing is written', async () => {
    await using folder = await makeFolder(own);
    const before = await folder.snapshot();
    const run = await runCli(folder.root, [...make, '--dir', '.']);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect(run.stderr).toContain('Files are in the way: README.md, package.json.');
    expect(run.stderr).toContain('--on-conflict=keep\n');
    const overwriting = await runCli(folder.root, [
      ...make,
      '--dir',
      '.',
      '--on-conflict=overwrite',
    ]);
    expect(overwriting).toMatchObject({ exitCode: 3 });
    expect(await folder.snapshot()).toEqual(before);
  });

  test('with keep they stay, and package.json gets what it lacks', async () => {
    await using folder = await makeFolder(own);
    const run = await runCli(folder.root, [...make, '--dir', '.', '--on-conflict=keep', '--json']);
    expect(run.exitCode).toBe(0);
    const { files } = resultSchema.parse(JSON.parse(run.stdout));
    expect(files?.find(({ path }) => path === 'README.md')).toMatchObject({ action: 'skip' });
    expect(await folder.read('README.md')).toBe('# Mine\n');
    expect(await folder.read('notes.txt')).toBe('mine\n');
    expect(JSON.parse(await folder.read('package.json'))).toMatchObject({
      name: 'mine',
      type: 'module',
      scripts: {
        test: 'true',
        build: expect.stringMatching(/rmSync\('dist'.* && tsc -p tsconfig\.build\.json$/),
      },
    });
  });

  test('a file where the folder is to be is refused', async () => {
    await using folder = await makeFolder({ acme: 'a file\n' });
    const run = await runCli(folder.root, make);
    expect(run).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('E_COLLISION') });
    expect(await folder.read('acme')).toBe('a file\n');
  });
});

/** The real file system, whose `call`-th change fails. */
function failing(call: number): { fs: FileSystem; calls: () => number } {
  let calls = 0;
  const guard = (): void => {
    if (++calls === call) throw Object.assign(new Error('ENOSPC: no more'), { code: 'ENOSPC' });
  };
  return {
    calls: () => calls,
    fs: {
      ...realFileSystem,
      writeFile: async (...args) => (guard(), fsp.writeFile(...args)),
      rename: async (...args) => (guard(), fsp.rename(...args)),
      link: async (...args) => (guard(), fsp.link(...args)),
    },
  };
}

describe.each([
  ['in a new folder', {}, undefined],
  ['in a folder with files', { 'own.txt': 'mine' }, '.'],
] as const)('an I/O error %s', (_title, files, dir) => {
  test('at any call leaves the tree as it was', { timeout: 60_000 }, async () => {
    const job = creation('acme', { mode: 'standalone', ...(dir === undefined ? {} : { dir }) });
    await using reference = await makeFolder(files);
    const counted = failing(Infinity);
    await carryOut(job, { release, cwd: reference.root, fs: counted.fs });
    expect(counted.calls()).toBeGreaterThan(5);
    for (let call = 1; call <= counted.calls(); call++) {
      await using folder = await makeFolder(files);
      const before = await folder.snapshot();
      const { fs } = failing(call);
      await expect(carryOut(job, { release, cwd: folder.root, fs })).rejects.toMatchObject({
        code: 'E_IO',
      });
      expect(await folder.snapshot(), `call ${call}`).toEqual(before);
    }
  });
});

test('two runs at once: one makes it, the other finds it', async () => {
  await using folder = await makeFolder();
  const runs = await Promise.all([1, 2].map(() => runCli(folder.root, make)));
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const leftovers = Object.keys(await folder.snapshot()).filter((path) =>
    path.includes('create-vision'),
  );
  expect(leftovers).toEqual([]);
});
