import { dirname, join } from 'node:path';
import { CliError, messageOf, systemErrorCode } from './errors.ts';
import type { FileSystem } from './fs-port.ts';
import { sha256 } from './hash.ts';
import { BACKUP_FOLDER, undo, writeJournal } from './journal.ts';
import type { Journal, Operation } from './journal.ts';
import { releaseLock } from './lock.ts';
import type { Lock } from './lock.ts';
import type { Plan, PlannedFile } from './plan.ts';

export interface CommitOptions {
  readonly fs: FileSystem;
  readonly signal: AbortSignal;
  /** Called before each file is staged and before each step of the commit. */
  readonly onStep: (phase: 'stage' | 'commit') => Promise<void>;
}

const FILES_FOLDER = 'files';

/**
 * Carries a plan out completely or not at all: on an error or an abort, what it made is removed and what it edited is
 * restored. The lock is released in either case.
 *
 * @throws CliError `E_IO`, `E_COLLISION` when a file changed since the plan, or the reason of the abort
 */
export async function commitPlan(plan: Plan, lock: Lock, options: CommitOptions): Promise<void> {
  const { fs, signal } = options;
  let journal = lock.journal;
  let performed = 0; // each step is atomic: one that failed was not done
  try {
    const written = plan.files.filter(({ action }) => action === 'create' || action === 'update');
    await stage(plan, written, lock, options);
    journal = { ...journal, operations: await planOperations(plan.root, written, fs) };
    await backUp(plan.root, lock, journal, fs);
    await writeJournal(lock.directory, journal, fs);
    for (const operation of journal.operations) {
      await options.onStep('commit');
      signal.throwIfAborted();
      await perform(operation, plan.root, lock.directory, fs);
      performed++;
    }
    signal.throwIfAborted();
    await writeJournal(lock.directory, { ...journal, state: 'committed' }, fs);
  } catch (error) {
    const done = { ...journal, operations: journal.operations.slice(0, performed) };
    const failed = await undo(plan.root, lock.directory, done, fs);
    if (failed.length > 0) {
      throw new CliError(
        'E_IO',
        `${messageOf(error)}. Not everything could be rolled back: ${failed.join(', ')}.`,
        `Run the command again: it first takes back what ${lock.directory} records.`,
        { cause: error },
      );
    }
    await releaseLock(lock, fs).catch((reason: unknown) => ignoreSystemError(reason));
    signal.throwIfAborted();
    throw error instanceof CliError ? error : ioError(error);
  }
  await releaseLock(lock, fs).catch((reason: unknown) => ignoreSystemError(reason));
}

/** What is left of the lock is cleared away by the next run. */
function ignoreSystemError(error: unknown): void {
  if (systemErrorCode(error) === undefined) throw error;
}

function ioError(error: unknown): CliError {
  return new CliError(
    'E_IO',
    `${messageOf(error)}. Rolled back: nothing was created or changed.`,
    'Remove the cause, then run the command again.',
    { cause: error },
  );
}

async function stage(
  plan: Plan,
  written: readonly PlannedFile[],
  lock: Lock,
  options: CommitOptions,
): Promise<void> {
  const { fs, signal } = options;
  for (const file of written) {
    await options.onStep('stage');
    signal.throwIfAborted();
    const target = join(lock.directory, FILES_FOLDER, file.path);
    await fs.mkdir(dirname(target), { recursive: true });
    await fs.writeFile(target, file.content, { flag: 'wx' });
    if (file.action === 'update')
      await fs.chmod(target, (await fs.stat(join(plan.root, file.path))).mode);
  }
}

/** One operation per missing folder, per new file in a folder that exists, and per edited file. */
async function planOperations(
  root: string,
  written: readonly PlannedFile[],
  fs: FileSystem,
): Promise<Operation[]> {
  const trees = new Map<string, Extract<Operation, { kind: 'tree' }>>();
  const operations: Operation[] = [];
  for (const [index, file] of written.entries()) {
    if (file.action === 'update') {
      const before = sha256(file.before ?? '');
      operations.push({
        kind: 'edit',
        path: file.path,
        before,
        after: file.sha256,
        backup: String(index),
      });
      continue;
    }
    const folders = await missingFolders(root, file.path, fs);
    const [top] = folders;
    if (top === undefined) {
      operations.push({ kind: 'file', path: file.path, sha256: file.sha256 });
      continue;
    }
    const tree = trees.get(top) ?? { kind: 'tree', path: top, folders: [], files: [] };
    if (!trees.has(top)) operations.push(tree);
    trees.set(top, tree);
    tree.folders.push(...folders.filter((folder) => !tree.folders.includes(folder)));
    tree.files.push({ path: file.path, sha256: file.sha256 });
  }
  return operations;
}

/** The folders above `path` that are not there, the topmost first. */
async function missingFolders(root: string, path: string, fs: FileSystem): Promise<string[]> {
  const segments = path.split('/').slice(0, -1);
  const folders = segments.map((_, index) => segments.slice(0, index + 1).join('/'));
  for (const [index, folder] of folders.entries()) {
    if (!(await exists(join(root, folder), fs))) return folders.slice(index);
  }
  return [];
}

async function backUp(root: string, lock: Lock, journal: Journal, fs: FileSystem): Promise<void> {
  for (const operation of journal.operations) {
    if (operation.kind !== 'edit') continue;
    await fs.mkdir(join(lock.directory, BACKUP_FOLDER), { recursive: true });
    await fs.copyFile(
      join(root, operation.path),
      join(lock.directory, BACKUP_FOLDER, operation.backup),
    );
  }
}

async function perform(
  operation: Operation,
  root: string,
  staging: string,
  fs: FileSystem,
): Promise<void> {
  const staged = join(staging, FILES_FOLDER, operation.path);
  const target = join(root, operation.path);
  switch (operation.kind) {
    case 'tree':
      await fs.rename(staged, target);
      break;
    case 'file':
      await moveNew(staged, target, fs);
      break;
    case 'edit':
      if (sha256(await fs.readFile(target)) !== operation.before)
        throw changedMeanwhile(operation.path);
      await fs.rename(staged, target);
      break;
    default: {
      const unreachable: never = operation;
      throw new Error(`Unknown operation ${JSON.stringify(unreachable)}`);
    }
  }
}

/** Moves a file to a path where there is none; unlike `rename`, it never replaces one. */
async function moveNew(staged: string, target: string, fs: FileSystem): Promise<void> {
  try {
    await fs.link(staged, target);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST' || (await exists(target, fs)))
      throw changedMeanwhile(target);
    if (
      !['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK'].includes(
        systemErrorCode(error) ?? '',
      )
    )
      throw error;
    await fs.rename(staged, target); // a disk without hard links
  }
}

function changedMeanwhile(path: string): CliError {
  return new CliError(
    'E_COLLISION',
    `${path} changed while this was running. Rolled back.`,
    'Run the command again.',
  );
}

async function exists(path: string, fs: FileSystem): Promise<boolean> {
  try {
    await fs.lstat(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
