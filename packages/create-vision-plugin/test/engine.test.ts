import { execFile } from 'node:child_process';
import * as fsp from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { createJob } from '../src/create-job.ts';
import { prepare } from '../src/engine.ts';
import type { EngineOptions } from '../src/engine.ts';
import { CliError } from '../src/errors.ts';
import { realFileSystem } from '../src/fs-port.ts';
import type { FileSystem } from '../src/fs-port.ts';
import { sha256 } from '../src/hash.ts';
import type { Phase } from '../src/job.ts';
import { openJournal, readJournal } from '../src/journal.ts';
import type { Release } from '../src/release.ts';
import { answersFor } from './support/answers.ts';
import { runCli, runNode } from './support/cli.ts';
import { carryOut, creation } from './support/jobs.ts';
import { fixtureRelease } from './support/release.ts';
import { makeWorkspace, snapshot } from './support/workspace.ts';

let release: Release;
beforeAll(async () => {
  release = await fixtureRelease();
});

async function make(name: string, options: Omit<EngineOptions, 'release'>): Promise<void> {
  await carryOut(creation(name), { release, ...options });
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
  const job = createJob(answersFor('acme', { displayName }));
  const { plan } = await prepare(job, { release, cwd: workspace.root, dryRun: true });
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

/** A process id that nobody has. */
const DEAD = 2 ** 30;

/** Makes a plugin as a process with this id, which its journal names. */
async function makeAs(id: number, ...args: Parameters<typeof make>): Promise<void> {
  const { pid } = process;
  Object.defineProperty(process, 'pid', { value: id, configurable: true });
  try {
    await make(...args);
  } finally {
    Object.defineProperty(process, 'pid', { value: pid, configurable: true });
  }
}

/** What changes a disk. */
const changes: ReadonlySet<PropertyKey> = new Set([
  'chmod',
  'copyFile',
  'link',
  'mkdir',
  'mkdtemp',
  'rename',
  'rm',
  'rmdir',
  'unlink',
  'writeFile',
]);

/**
 * Makes a plugin in a process that dies at its `call`-th change of the disk: a file is half written, and whatever it
 * would still do comes to nothing, also what would take its work back.
 *
 * @returns how often it changed the disk, and whether it came to its end
 */
async function makeAndDie(
  name: string,
  cwd: string,
  call: number,
): Promise<{ calls: number; isDone: boolean }> {
  let calls = 0;
  const fs = new Proxy<FileSystem>(
    { ...realFileSystem },
    {
      get(target, method) {
        const original: unknown = Reflect.get(target, method);
        if (typeof original !== 'function' || !changes.has(method)) return original;
        return async (...args: unknown[]): Promise<unknown> => {
          if (++calls < call) return Reflect.apply(original, target, args);
          const [path, content] = args;
          if (calls === call && method === 'writeFile')
            await fsp.writeFile(String(path), String(content).slice(0, 20));
          throw Object.assign(new Error('dead'), { code: 'EIO' });
        };
      },
    },
  );
  try {
    await makeAs(DEAD, name, { cwd, fs });
  } catch (error) {
    expect(error).toBeInstanceOf(CliError);
  }
  return { calls, isDone: calls < call };
}

/** The tree after these plugins were made, one after the other, undisturbed. */
async function treeAfter(...names: readonly string[]): Promise<Record<string, string>> {
  await using workspace = await makeWorkspace();
  for (const name of names) await make(name, { cwd: workspace.root });
  return await workspace.snapshot();
}

describe('a run that dies at any change of the disk', () => {
  test('is all there or not at all after the next', { timeout: 60_000 }, async () => {
    const [without, complete] = [await treeAfter('beta'), await treeAfter('acme', 'beta')];
    const seen = new Set<string>();
    for (let call = 1, isDone = false; !isDone; call++) {
      await using workspace = await makeWorkspace();
      ({ isDone } = await makeAndDie('acme', workspace.root, call));
      await make('beta', { cwd: workspace.root });
      const tree = await workspace.snapshot();
      const isComplete = 'packages/plugins/acme' in tree;
      expect(tree, `dead at change ${call}`).toEqual(isComplete ? complete : without);
      seen.add(isComplete ? 'complete' : 'without');
    }
    expect(seen).toEqual(new Set(['without', 'complete']));
  });

  test('so is one whose rollback dies too', { timeout: 60_000 }, async () => {
    const without = await treeAfter('gamma');
    const complete = await treeAfter('beta', 'gamma');
    const counted = await (async () => {
      await using workspace = await makeWorkspace();
      return await makeAndDie('acme', workspace.root, Infinity);
    })();
    const atTheEnd = counted.calls - 2; // the journal is not closed yet, and all else is done
    for (let call = 1, isDone = false; !isDone; call++) {
      await using workspace = await makeWorkspace();
      await makeAndDie('acme', workspace.root, atTheEnd);
      expect(await workspace.snapshot()).toHaveProperty(['packages/plugins/acme/src/stt.ts']);
      ({ isDone } = await makeAndDie('beta', workspace.root, call));
      await make('gamma', { cwd: workspace.root });
      const tree = await workspace.snapshot();
      const isComplete = 'packages/plugins/beta' in tree;
      expect(tree, `dead at change ${call}`).toEqual(isComplete ? complete : without);
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

test.for(['SIGINT', 'SIGTERM', 'SIGKILL'])(
  '%s once it is all done takes nothing back',
  async (signal) => {
    await using reference = await makeWorkspace();
    await make('acme', { cwd: reference.root });
    await using workspace = await makeWorkspace();
    await runNode(workspace.root, [enginePath, 'acme', 'done', '1', signal]);
    expect(await workspace.snapshot()).toEqual(await reference.snapshot());
  },
);

describe('a run that was killed', () => {
  for (const [phase, times] of points) {
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
    const job = creation('beta');
    const { warnings } = await prepare(job, { release, cwd: workspace.root, dryRun: true });
    expect(warnings).toEqual([expect.stringContaining('killed')]);
    expect(await workspace.snapshot()).toEqual(before);
    await prepare(job, { release, cwd: workspace.root, dryRun: false });
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
    const journal = { ...openJournal('token'), pid: DEAD };
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

test('ten runs at once make the same as one after the other', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `acme-${'abcdefghij'.charAt(index)}`);
  await using reference = await makeWorkspace();
  for (const name of names) await runCli(reference.root, [name, '--type', 'stt']);
  await using workspace = await makeWorkspace();
  const runs = await Promise.all(
    names.map((name) => runCli(workspace.root, [name, '--type', 'stt'])),
  );
  expect(runs.map(({ exitCode }) => exitCode)).toEqual(names.map(() => 0));
  expect(await workspace.snapshot()).toEqual(await reference.snapshot());
  expect(await fsp.readdir(workspace.path('packages/plugins'))).toHaveLength(10);
});

test('the same run twice at once: one makes it, the other finds it', async () => {
  await using reference = await makeWorkspace();
  await runCli(reference.root, ['acme', '--type', 'stt']);
  await using workspace = await makeWorkspace();
  const runs = await Promise.all(
    [1, 2].map(() => runCli(workspace.root, ['acme', '--type', 'stt'])),
  );
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(await workspace.snapshot()).toEqual(await reference.snapshot());
});

test('two runs at once with other answers: one makes it, the other is refused', async () => {
  const args = ['acme', '--type', 'stt', '--transport'];
  const finished = await Promise.all(
    ['ws', 'http'].map(async (transport) => {
      await using reference = await makeWorkspace();
      await runCli(reference.root, [...args, transport]);
      return await reference.snapshot();
    }),
  );
  await using workspace = await makeWorkspace();
  const runs = await Promise.all(
    ['ws', 'http'].map((transport) => runCli(workspace.root, [...args, transport])),
  );
  const exitCodes = runs.map(({ exitCode }) => exitCode);
  expect(new Set(exitCodes)).toEqual(new Set([0, 3]));
  expect(await workspace.snapshot()).toEqual(finished[exitCodes.indexOf(0)]);
});

test('a run that is interrupted leaves alone what another has made meanwhile', async () => {
  await using reference = await makeWorkspace();
  await make('beta', { cwd: reference.root });
  await using workspace = await makeWorkspace();
  const waits = async (phase: Phase): Promise<void> => {
    if (phase !== 'lock') return;
    await make('beta', { cwd: workspace.root });
    throw new Error('enough');
  };
  await expect(make('acme', { cwd: workspace.root, onPhase: waits })).rejects.toThrow('enough');
  expect(await workspace.snapshot()).toEqual(await reference.snapshot());
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

/** Whether a disk of that size ends while a plugin is made, which then leaves no trace. */
async function isTooSmall(options: string): Promise<boolean> {
  let outcome: unknown;
  await onDisk(options, async (root) => {
    const fs: FileSystem = { ...realFileSystem, statfs: () => fsp.statfs('/tmp') };
    const before = await snapshot(root);
    outcome = await make('acme', { cwd: root, fs }).catch((error: unknown) => error);
    if (outcome !== undefined) expect(await snapshot(root)).toEqual(before);
  });
  if (outcome === undefined) return false;
  expect(outcome).toMatchObject({ exitCode: 74, message: expect.stringContaining('ENOSPC') });
  return true;
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

  /** Both are as real disks are: blocks run out while writing, and entries while making a folder. */
  test.for([
    ['blocks', (count: number) => `size=${count * 4}k`],
    ['entries', (count: number) => `size=1m,nr_inodes=${count}`],
  ] as const)('one whose %s end during the run is left as it was', async ([, limit]) => {
    let refused = 0;
    for (let count = 3; await isTooSmall(limit(count)); count++) refused++;
    expect(refused).toBeGreaterThan(2);
  });

  test('one that is read-only is noticed beforehand', async () => {
    await onDisk('size=1m', async (root, remount) => {
      const before = await snapshot(root);
      await remount('ro');
      const refused = await runCli(root, ['acme', '--type', 'stt']);
      expect(refused).toMatchObject({
        exitCode: 4,
        stderr: expect.stringMatching(/^E_NOT_WRITABLE/),
      });
      expect(await snapshot(root)).toEqual(before);
    });
  });

  test.for([
    ['stage', 3],
    ['commit', 1],
    ['commit', 2],
  ] as const)(
    'one that becomes read-only at %s %i is as it was once it can be written to',
    async ([phase, times]) => {
      await onDisk('size=1m', async (root, remount) => {
        await fsp.mkdir(join(root, '.changeset'));
        await fsp.writeFile(join(root, '.changeset', 'config.json'), '{}');
        const before = await snapshot(root);
        let entered = 0;
        const onPhase = async (current: Phase): Promise<void> => {
          if (current === phase && ++entered === times) await remount('ro');
        };
        await expect(makeAs(DEAD, 'acme', { cwd: root, onPhase })).rejects.toMatchObject({
          exitCode: 74,
          message: expect.stringContaining('EROFS'),
        });
        await remount('rw');
        await prepare(creation('beta'), { release, cwd: root, dryRun: false });
        expect(await snapshot(root)).toEqual(before);
      });
    },
  );
});
