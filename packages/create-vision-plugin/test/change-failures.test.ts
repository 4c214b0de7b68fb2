import * as fsp from 'node:fs/promises';
import { chmod, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { realFileSystem } from '../src/fs-port.ts';
import type { FileSystem } from '../src/fs-port.ts';
import type { Job } from '../src/job.ts';
import { PLUGIN_LIST } from '../src/plugin-list.ts';
import type { Release } from '../src/release.ts';
import { runNode } from './support/cli.ts';
import { addition, bringUpToDate, carryOut, creation } from './support/jobs.ts';
import { fixtureRelease, laterTemplates, partTemplates } from './support/release.ts';
import { makeWorkspace } from './support/workspace.ts';
import type { TemporaryWorkspace } from './support/workspace.ts';

const acme = 'packages/plugins/acme';
const kinds = ['add', 'update'] as const;
type Kind = (typeof kinds)[number];

let old: Release;
let releases: Record<Kind, Release>;
beforeAll(async () => {
  old = await fixtureRelease(partTemplates, '1.0.0');
  releases = {
    add: await fixtureRelease(partTemplates, '9.9.9'),
    update: await fixtureRelease(laterTemplates, '9.9.9'),
  };
});

/** A plugin in a workspace with a list of plugins, which `add` edits too. */
async function makeOld(): Promise<TemporaryWorkspace> {
  const workspace = await makeWorkspace({
    [PLUGIN_LIST]: '<!-- #region vision-plugin -->\n<!-- #endregion vision-plugin -->\n',
  });
  await carryOut(creation('acme'), { release: old, cwd: workspace.root });
  return workspace;
}

function jobOf(kind: Kind, workspace: TemporaryWorkspace): Job {
  const directory = workspace.path(acme);
  return kind === 'add' ? addition(directory, ['tts']) : bringUpToDate([directory]);
}

function change(kind: Kind, workspace: TemporaryWorkspace, fs: FileSystem = realFileSystem) {
  return carryOut(jobOf(kind, workspace), { release: releases[kind], cwd: workspace.root, fs });
}

/** The real file system, whose `call`-th change of the disk fails as a full one does. */
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
      copyFile: async (...args) => (guard(), fsp.copyFile(...args)),
      rename: async (...args) => (guard(), fsp.rename(...args)),
      link: async (...args) => (guard(), fsp.link(...args)),
    },
  };
}

describe.each(kinds)('%s', (kind) => {
  test('is taken back after an I/O error at any call', async () => {
    await using reference = await makeOld();
    const counted = failing(Infinity);
    await change(kind, reference, counted.fs);
    const listed = kind === 'add' ? 'speech-to-text and text-to-speech' : 'speech-to-text (';
    expect(await reference.read(PLUGIN_LIST)).toContain(listed);
    expect(counted.calls()).toBeGreaterThan(10);
    for (let call = 1; call <= counted.calls(); call++) {
      await using workspace = await makeOld();
      const before = await workspace.snapshot();
      await expect(change(kind, workspace, failing(call).fs)).rejects.toMatchObject({
        code: 'E_IO',
        exitCode: 74,
      });
      expect(await workspace.snapshot(), `call ${call}`).toEqual(before);
    }
  });

  const enginePath = join(import.meta.dirname, 'support', 'engine-process.ts');
  const points = [
    ['resolve', 1],
    ['render', 1],
    ['plan', 1],
    ['preflight', 1],
    ['lock', 1],
    ['stage', 1],
    ['stage', 3],
    ['commit', 1],
    ['commit', 2],
    ['commit', 4],
  ] as const;

  test.for(points)('is taken back when it is interrupted in %s %i', async ([phase, times]) => {
    await using workspace = await makeOld();
    const before = await workspace.snapshot();
    for (const [signal, exitCode] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const run = await runNode(workspace.root, [enginePath, kind, phase, String(times), signal]);
      expect(run).toMatchObject({ exitCode });
      expect(await workspace.snapshot()).toEqual(before);
    }
  });

  test.for(points)(
    'is taken back by the next run when it is killed in %s %i',
    async ([phase, times]) => {
      await using workspace = await makeOld();
      await using reference = await makeOld();
      const killed = await runNode(workspace.root, [
        enginePath,
        kind,
        phase,
        String(times),
        'SIGKILL',
      ]);
      expect(killed).toMatchObject({ exitCode: null });
      for (const { root } of [workspace, reference])
        await carryOut(creation('beta'), { release: old, cwd: root });
      expect(await workspace.snapshot()).toEqual(await reference.snapshot());
    },
  );

  test('twice at once does it once', async () => {
    await using workspace = await makeOld();
    await using reference = await makeOld();
    await change(kind, reference);
    await Promise.all([change(kind, workspace), change(kind, workspace)]);
    expect(await workspace.snapshot()).toEqual(await reference.snapshot());
  });

  test('does not follow a link out of the workspace', async () => {
    await using outside = await makeWorkspace();
    await using workspace = await makeOld();
    const path = `${acme}/package.json`;
    await outside.write({ 'victim.json': await workspace.read(path) });
    await rm(workspace.path(path));
    await symlink(outside.path('victim.json'), workspace.path(path));
    const [before, outsideBefore] = [await workspace.snapshot(), await outside.snapshot()];
    await expect(change(kind, workspace)).rejects.toMatchObject({ code: 'E_OUTSIDE_ROOT' });
    expect(await workspace.snapshot()).toEqual(before);
    expect(await outside.snapshot()).toEqual(outsideBefore);
  });

  test.skipIf(process.getuid?.() === 0)('is refused where it may not write', async () => {
    await using workspace = await makeOld();
    await chmod(workspace.path(`${acme}/package.json`), 0o444);
    const before = await workspace.snapshot();
    await expect(change(kind, workspace)).rejects.toMatchObject({ code: 'E_NOT_WRITABLE' });
    expect(await workspace.snapshot()).toEqual(before);
  });

  test('is refused on a full disk before a byte is written', async () => {
    await using workspace = await makeOld();
    const before = await workspace.snapshot();
    const fs: FileSystem = {
      ...realFileSystem,
      statfs: async (path) => Object.assign(await fsp.statfs(path), { bavail: 1 }),
    };
    await expect(change(kind, workspace, fs)).rejects.toMatchObject({ code: 'E_DISK_SPACE' });
    expect(await workspace.snapshot()).toEqual(before);
  });
});

test('a file that is added beside one that differs only in case is refused', async () => {
  await using workspace = await makeOld();
  await workspace.write({ [`${acme}/src/TTS.ts`]: 'mine\n' });
  const before = await workspace.snapshot();
  await expect(change('add', workspace)).rejects.toMatchObject({
    code: 'E_COLLISION',
    message: expect.stringContaining('only in case'),
  });
  expect(await workspace.snapshot()).toEqual(before);
});
