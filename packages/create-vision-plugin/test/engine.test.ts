import { execFile } from 'node:child_process';
import * as fsp from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { commit, prepare } from '../src/engine.ts';
import type { EngineOptions, Phase } from '../src/engine.ts';
import { realFileSystem } from '../src/fs-port.ts';
import type { FileSystem } from '../src/fs-port.ts';
import { sha256 } from '../src/hash.ts';
import { openJournal, readJournal } from '../src/journal.ts';
import type { Release } from '../src/release.ts';
import { answersFor } from './support/answers.ts';
import { runCli, runNode } from './support/cli.ts';
import { fixtureRelease } from './support/release.ts';
import { makeWorkspace } from './support/workspace.ts';

let release: Release;
beforeAll(async () => {
  release = await fixtureRelease();
});

async function make(name: string, options: Omit<EngineOptions, 'release'>): Promise<void> {
  const answers = answersFor(name);
  const prepared = await prepare(answers, { release, ...options, dryRun: false });
  await commit(answers, prepared.plan.root, { release, ...options });
}

/** The real file system, whose `call`-th call of `method` fails as a full disk does. */
function failing(
  method: 'link' | 'mkdir' | 'mkdtemp' | 'rename' | 'writeFile',
  call: number,
  code: string,
): { fs: FileSystem; calls: () => number } {
  let count = 0;
  const guard = (): void => {
    count++;
    if (count === call) throw Object.assign(new Error(`${code}: no more, ${method}`), { code });
  };
  const guarded: Pick<FileSystem, typeof method> = {
    link: async (...args) => (guard(), fsp.link(...args)),
    mkdtemp: realFileSystem.mkdtemp,
    mkdir: realFileSystem.mkdir,
    rename: async (...args) => (guard(), fsp.rename(...args)),
    writeFile: async (...args) => (guard(), fsp.writeFile(...args)),
  };
  return { fs: { ...realFileSystem, [method]: guarded[method] }, calls: () => count };
}

test('renders byte for byte, and only what the answers change', async () => {
  await using workspace = await makeWorkspace();
  await make('@corp/acme', { cwd: workspace.root });
  expect(await workspace.read('packages/plugins/acme/src/stt.ts')).toBe(
    [
      '/** Acme: ACME_API_KEY */',
      'export class AcmeLevel {}',
      "export const provider = 'acme';",
      "export const title = 'Acme';",
      'export const url = `https://${provider}.example/ws`;',
      "export const scope = 'corp';",
      '',
    ].join('\n'),
  );
  expect(await workspace.read('packages/plugins/acme/test/acme.test.ts')).toContain('stt.ts');
  expect(await workspace.read('packages/plugins/acme/.gitignore')).toBe('node_modules/\ndist/\n');
});

test.for([
  ["Bob's & Co", `"Bob's & Co"`],
  ["it's 'quoted'", `"it's 'quoted'"`],
])('text with quotes is one string literal: %s', async ([displayName = '', literal]) => {
  await using workspace = await makeWorkspace();
  const answers = answersFor('acme', { displayName });
  const { plan } = await prepare(answers, { release, cwd: workspace.root, dryRun: true });
  const source = plan.files.find(({ path }) => path.endsWith('src/stt.ts'))?.content;
  expect(source).toContain(`export const title = ${literal};`);
});

describe('an I/O error at any call leaves the tree as it was', () => {
  const leftover = { 'packages/plugins/acme/node_modules/.vite/results.json': '{}' };
  test.for([
    ['writeFile', {}],
    ['rename', {}],
    ['link', {}],
    ['rename', leftover],
    ['link', leftover],
  ] as const)('%s, beside %j', async ([method, files]) => {
    await using reference = await makeWorkspace(files);
    const counted = failing(method, Infinity, 'ENOSPC');
    await make('acme', { cwd: reference.root, fs: counted.fs });
    expect(counted.calls()).toBeGreaterThan(0);

    for (let call = 1; call <= counted.calls(); call++) {
      await using workspace = await makeWorkspace(files);
      const before = await workspace.snapshot();
      const { fs } = failing(method, call, 'ENOSPC');
      await expect(make('acme', { cwd: workspace.root, fs })).rejects.toMatchObject({
        code: 'E_IO',
        exitCode: 74,
        message: expect.stringContaining('ENOSPC'),
      });
      expect(await workspace.snapshot()).toEqual(before);
    }
  });
});

test('a disk without hard links is no obstacle', async () => {
  await using workspace = await makeWorkspace();
  const { fs } = failing('link', 1, 'ENOTSUP');
  await make('acme', { cwd: workspace.root, fs });
  expect(await workspace.read('.changeset/acme.md')).toContain('minor');
});

test('what appears between plan and commit is neither replaced nor removed', async () => {
  await using workspace = await makeWorkspace();
  const before = await workspace.snapshot();
  const onPhase = async (phase: Phase): Promise<void> => {
    if (phase === 'commit') await workspace.write({ '.changeset/acme.md': 'mine' });
  };
  await expect(make('acme', { cwd: workspace.root, onPhase })).rejects.toMatchObject({
    code: 'E_COLLISION',
  });
  const { '.changeset/acme.md': mine, ...rest } = await workspace.snapshot();
  expect(mine).toBeDefined();
  expect(rest).toEqual(before);
});

const enginePath = join(import.meta.dirname, 'support', 'engine-process.ts');
const points: ReadonlyArray<readonly [phase: Phase, times: number]> = [
  ['resolve', 1],
  ['render', 1],
  ['plan', 1],
  ['preflight', 1],
  ['lock', 1],
  ['render', 2],
  ['stage', 1],
  ['stage', 4],
  ['commit', 1],
  ['commit', 2],
];

describe('a signal at any phase leaves the tree as it was', () => {
  for (const [phase, times] of points) {
    test.for([
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)(`${phase} ${times}: %s`, async ([signal, exitCode]) => {
      await using workspace = await makeWorkspace();
      const before = await workspace.snapshot();
      const run = await runNode(workspace.root, [enginePath, 'acme', phase, String(times), signal]);
      expect(run).toMatchObject({ exitCode });
      expect(await workspace.snapshot()).toEqual(before);
    });
  }
});

describe('a run that was killed', () => {
  for (const [phase, times] of points.filter(([name]) =>
    ['render', 'stage', 'commit'].includes(name),
  )) {
    test(`in ${phase} ${times} is taken back by the next`, async () => {
      await using workspace = await makeWorkspace();
      const killed = await runNode(workspace.root, [
        enginePath,
        'acme',
        phase,
        String(times),
        'SIGKILL',
      ]);
      expect(killed).toMatchObject({ exitCode: null });
      await using reference = await makeWorkspace();
      await make('beta', { cwd: reference.root });
      await make('beta', { cwd: workspace.root });
      expect(await workspace.snapshot()).toEqual(await reference.snapshot());
    });
  }

  test('is reported, not touched, by a dry run, and what the user has changed since stays', async () => {
    await using workspace = await makeWorkspace();
    await runNode(workspace.root, [enginePath, 'acme', 'commit', '2', 'SIGKILL']);
    await workspace.write({ 'packages/plugins/acme/src/stt.ts': 'mine' });
    const before = await workspace.snapshot();
    const answers = answersFor('beta');
    const { warnings } = await prepare(answers, { release, cwd: workspace.root, dryRun: true });
    expect(warnings).toEqual([expect.stringContaining('killed')]);
    expect(await workspace.snapshot()).toEqual(before);
    await prepare(answers, { release, cwd: workspace.root, dryRun: false });
    const files = Object.keys(await workspace.snapshot()).filter((path) =>
      path.startsWith('packages/plugins/acme/'),
    );
    expect(files).toEqual(['packages/plugins/acme/src', 'packages/plugins/acme/src/stt.ts']);
    expect(await workspace.read('packages/plugins/acme/src/stt.ts')).toBe('mine');
  });

  test('cannot make the next one touch what is outside', async () => {
    await using outside = await makeWorkspace({ 'victim.txt': 'precious' });
    await using workspace = await makeWorkspace();
    await fsp.symlink(outside.root, workspace.path('linked'));
    const deadPid = 2 ** 30;
    const journal = { ...openJournal('token'), pid: deadPid };
    const made = { path: 'linked/victim.txt', sha256: sha256('precious') };
    await workspace.write({
      '.create-vision-plugin-lock/journal.json': JSON.stringify({
        ...journal,
        operations: [{ kind: 'file', ...made }],
      }),
    });
    await make('acme', { cwd: workspace.root });
    expect(await outside.read('victim.txt')).toBe('precious');

    const climbing = { ...journal, operations: [{ kind: 'file', ...made, path: '../victim.txt' }] };
    await workspace.write({ 'staging/journal.json': JSON.stringify(climbing) });
    expect(await readJournal(workspace.path('staging'), realFileSystem)).toBeUndefined();
  });
});

test('ten runs at once make ten plugins, one after the other', async () => {
  await using workspace = await makeWorkspace();
  const names = Array.from({ length: 10 }, (_, index) => `acme-${'abcdefghij'.charAt(index)}`);
  const runs = await Promise.all(
    names.map((name) => runCli(workspace.root, [name, '--type', 'stt'])),
  );
  expect(runs.map(({ exitCode }) => exitCode)).toEqual(names.map(() => 0));
  const made = await fsp.readdir(workspace.path('packages/plugins'));
  expect(made.toSorted()).toEqual(names);
  expect((await fsp.readdir(workspace.root)).toSorted()).toEqual([
    '.changeset',
    'package.json',
    'packages',
  ]);
});

test('the same run twice at once: one makes it, the other finds it', async () => {
  await using workspace = await makeWorkspace();
  const runs = await Promise.all(
    [1, 2].map(() => runCli(workspace.root, ['acme', '--type', 'stt'])),
  );
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
});

const run = promisify(execFile);
/** Mounting needs privileges that not every machine gives. */
const mounts = await (async () => {
  const probe = await fsp.mkdtemp('/tmp/cvp-mount-');
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe]);
    await run('umount', [probe]);
    return true;
  } catch {
    return false;
  } finally {
    await fsp.rmdir(probe);
  }
})();

async function onDisk(
  options: string,
  body: (root: string, remount: (how: string) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const root = await fsp.mkdtemp('/tmp/cvp-disk-');
  await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', root]);
  try {
    await fsp.writeFile(join(root, 'package.json'), '{"workspaces":["packages/plugins/*"]}');
    await body(root, (how) => run('mount', ['-o', `remount,${how}`, root]));
  } finally {
    await run('umount', [root]);
    await fsp.rmdir(root);
  }
}

describe.runIf(mounts)('on a real disk', () => {
  test('a full one is noticed beforehand', async () => {
    await onDisk('size=32k', async (root) => {
      const refused = await runCli(root, ['acme', '--type', 'stt']);
      expect(refused).toMatchObject({
        exitCode: 4,
        stderr: expect.stringMatching(/^E_DISK_SPACE/),
      });
      expect(await fsp.readdir(root)).toEqual(['package.json']);
    });
  });

  test('one that fills up during the run is left as it was', async () => {
    await onDisk('size=64k', async (root) => {
      const fs: FileSystem = {
        ...realFileSystem,
        statfs: () => fsp.statfs('/tmp'),
      };
      await fsp.writeFile(join(root, 'ballast'), Buffer.alloc(36 * 1024));
      const before = await fsp.readdir(root, { recursive: true });
      await expect(make('acme', { cwd: root, fs })).rejects.toMatchObject({
        exitCode: 74,
        message: expect.stringContaining('ENOSPC'),
      });
      expect(await fsp.readdir(root, { recursive: true })).toEqual(before);
    });
  });

  test('one that is read-only is noticed beforehand', async () => {
    await onDisk('size=1m', async (root, remount) => {
      await remount('ro');
      const refused = await runCli(root, ['acme', '--type', 'stt']);
      expect(refused).toMatchObject({
        exitCode: 4,
        stderr: expect.stringMatching(/^E_NOT_WRITABLE/),
      });
    });
  });
});
