import { chmod, stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { realFileSystem } from '../src/fs-port.ts';
import { sha256 } from '../src/hash.ts';
import { acquireLock, recoverInterrupted } from '../src/lock.ts';
import type { Plan, PlannedFile } from '../src/plan.ts';
import { commitPlan } from '../src/transaction.ts';
import type { CommitOptions } from '../src/transaction.ts';
import { makeWorkspace } from './support/workspace.ts';
import type { TemporaryWorkspace } from './support/workspace.ts';

function planned(path: string, before: string | undefined, content: string): PlannedFile {
  const action = before === undefined ? 'create' : 'update';
  return {
    path,
    before,
    content,
    action,
    meaning: '',
    sha256: sha256(content),
    bytes: content.length,
  };
}

async function commitFiles(
  workspace: TemporaryWorkspace,
  files: readonly PlannedFile[],
  onStep: CommitOptions['onStep'] = () => Promise.resolve(),
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const plan: Plan = { root: workspace.root, destination: 'new', files };
  const lock = await acquireLock(workspace.root, realFileSystem, signal);
  await commitPlan(plan, lock, { fs: realFileSystem, signal, onStep });
}

const files = { 'docs/one.md': 'one\n', 'docs/two.md': 'two\n' };
const edits = [
  planned('docs/one.md', 'one\n', 'one and more\n'),
  planned('docs/deep/new.md', undefined, 'new\n'),
  planned('docs/two.md', 'two\n', 'two and more\n'),
  planned('third.md', undefined, 'third\n'),
];

test('edits, new files and new folders arrive together; an edited file keeps its mode', async () => {
  await using workspace = await makeWorkspace(files);
  await chmod(workspace.path('docs/one.md'), 0o600);
  await commitFiles(workspace, edits);
  expect(await workspace.read('docs/one.md')).toBe('one and more\n');
  expect((await stat(workspace.path('docs/one.md'))).mode & 0o777).toBe(0o600);
  expect(await workspace.read('docs/deep/new.md')).toBe('new\n');
  expect(
    Object.keys(await workspace.snapshot()).filter((path) => path.startsWith('.create')),
  ).toEqual([]);
});

describe('all of it is taken back', () => {
  test.for([1, 2, 3, 4])('on an abort before step %i', async (step) => {
    await using workspace = await makeWorkspace(files);
    const before = await workspace.snapshot();
    const controller = new AbortController();
    let steps = 0;
    const onStep: CommitOptions['onStep'] = async (phase) => {
      if (phase === 'commit' && ++steps === step) controller.abort(new Error('enough'));
    };
    await expect(commitFiles(workspace, edits, onStep, controller.signal)).rejects.toThrow(
      'enough',
    );
    expect(await workspace.snapshot()).toEqual(before);
  });

  test('when a file was edited since the plan, and that edit stays', async () => {
    await using workspace = await makeWorkspace(files);
    const onStep: CommitOptions['onStep'] = async (phase) => {
      if (phase === 'commit') await workspace.write({ 'docs/two.md': 'mine\n' });
    };
    await expect(commitFiles(workspace, edits, onStep)).rejects.toMatchObject({
      code: 'E_COLLISION',
    });
    expect(await workspace.read('docs/one.md')).toBe('one\n');
    expect(await workspace.read('docs/two.md')).toBe('mine\n');
    expect(Object.keys(await workspace.snapshot())).not.toContain('docs/deep');
  });

  test('by the next run, when this one was killed after its edits', async () => {
    await using workspace = await makeWorkspace(files);
    const before = await workspace.snapshot();
    let copied: Record<string, string> = {};
    const onStep: CommitOptions['onStep'] = async (phase) => {
      if (phase !== 'commit') return;
      copied = Object.fromEntries(
        await Promise.all(
          ['journal.json', 'backup/0', 'backup/2'].map(async (name) => [
            name,
            await workspace.read(`.create-vision-plugin-lock/${name}`),
          ]),
        ),
      );
    };
    await commitFiles(workspace, edits, onStep);
    const deadPid = 2 ** 30;
    const journal: unknown = JSON.parse(copied['journal.json'] ?? '');
    const left = {
      ...copied,
      'journal.json': JSON.stringify(Object.assign({}, journal, { pid: deadPid })),
    };
    await workspace.write(
      Object.fromEntries(
        Object.entries(left).map(([name, text]) => [`.create-vision-plugin-lock/${name}`, text]),
      ),
    );
    await recoverInterrupted(workspace.root, realFileSystem);
    expect(await workspace.snapshot()).toEqual(before);
  });
});
