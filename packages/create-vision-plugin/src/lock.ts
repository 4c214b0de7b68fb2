import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError, messageOf, systemErrorCode } from './errors.ts';
import type { FileSystem } from './fs-port.ts';
import { openJournal, readJournal, undo, writeJournal } from './journal.ts';
import type { Journal } from './journal.ts';

/** The staging folder of the one run that may write to the workspace. */
export interface Lock {
  readonly directory: string;
  readonly journal: Journal;
}

const PREFIX = '.create-vision-plugin-';
const LOCK = `${PREFIX}lock`;
const WAIT_MS = 10_000;
const POLL_MS = 20;
/** A commit takes milliseconds: a lock this old was left by a process whose id now belongs to another. */
const STALE_MS = 600_000;

/**
 * Makes the staging folder, which is also the lock: a folder that already has its journal in it is renamed to a fixed
 * name, which fails while another run's is there.
 *
 * @throws CliError `E_BUSY` when another run holds it for ten seconds
 */
export async function acquireLock(
  root: string,
  fs: FileSystem,
  signal: AbortSignal,
): Promise<Lock> {
  const own = await fs.mkdtemp(join(root, `${PREFIX}${process.pid}-`));
  const directory = join(root, LOCK);
  try {
    const journal = openJournal(randomUUID());
    await writeJournal(own, journal, fs);
    const deadline = Date.now() + WAIT_MS;
    while (!(await renamed(own, directory, fs))) {
      await recover(root, LOCK, fs);
      if (Date.now() > deadline) {
        throw new CliError(
          'E_BUSY',
          'Another run is writing to this workspace.',
          `Wait for it. If there is none, remove ${directory}`,
        );
      }
      await delay(POLL_MS, undefined, { signal });
    }
    return { directory, journal };
  } catch (error) {
    await fs.rm(own, { recursive: true, force: true });
    signal.throwIfAborted();
    throw error;
  }
}

export async function releaseLock(lock: Lock, fs: FileSystem): Promise<void> {
  await fs.rm(lock.directory, { recursive: true, force: true });
}

/** Staging folders that runs left behind when they were killed. */
export async function findInterrupted(root: string, fs: FileSystem): Promise<string[]> {
  const names = (await fs.readdir(root)).filter((name) => name.startsWith(PREFIX));
  const stale = await Promise.all(names.map((name) => isStale(root, name, fs)));
  return names.filter((_, index) => stale[index] === true);
}

/**
 * Rolls back what runs that were killed left behind.
 *
 * @throws CliError `E_IO` when the disk does not let it; the next run tries again
 */
export async function recoverInterrupted(root: string, fs: FileSystem): Promise<void> {
  for (const name of await findInterrupted(root, fs)) {
    await recover(root, name, fs).catch((error: unknown) => {
      if (systemErrorCode(error) === undefined) throw error;
      throw new CliError(
        'E_IO',
        `A run that was killed left ${name}, which could not be cleared away: ${messageOf(error)}.`,
        'Remove the cause, then run the command again.',
        { cause: error },
      );
    });
  }
}

async function recover(root: string, name: string, fs: FileSystem): Promise<void> {
  if (!(await isStale(root, name, fs))) return;
  const stale = await readJournal(join(root, name), fs);
  if (stale === undefined) {
    await removeEmptyLeftover(join(root, name), fs);
    return;
  }
  // Only one run can move it away; the name carries this run's id, so others leave it alone.
  const taken = join(root, `${PREFIX}${process.pid}-${randomUUID().slice(0, 8)}`);
  if (!(await renamed(join(root, name), taken, fs))) return;
  const journal = await readJournal(taken, fs);
  if (journal?.token !== stale.token) {
    await fs.rename(taken, join(root, name));
    return;
  }
  const failed = journal.state === 'open' ? await undo(root, taken, journal, fs) : [];
  if (failed.length > 0) {
    throw new CliError(
      'E_IO',
      `A run that was killed could not be rolled back: ${failed.join(', ')}.`,
      `Make these writable, then run the command again. Backups are in ${taken}`,
    );
  }
  await fs.rm(taken, { recursive: true, force: true });
}

async function isStale(root: string, name: string, fs: FileSystem): Promise<boolean> {
  const directory = join(root, name);
  const journal = await readJournal(directory, fs);
  const pid = name === LOCK ? journal?.pid : Number(/^\d+/.exec(name.slice(PREFIX.length))?.[0]);
  const isLocal = journal === undefined || journal.host === hostname();
  if (isLocal && pid !== undefined && Number.isSafeInteger(pid) && !isAlive(pid)) return true;
  try {
    const { mtimeMs } = await fs.stat(directory);
    return journal !== undefined && Date.now() - mtimeMs > STALE_MS;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH';
  }
}

/** A run that was killed before it had a journal has written nothing else. */
async function removeEmptyLeftover(directory: string, fs: FileSystem): Promise<void> {
  try {
    await fs.rm(join(directory, 'journal.json.next'), { force: true });
    await fs.rmdir(directory);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
  }
}

/** False when there is something at `to`, or nothing left at `from`. */
async function renamed(from: string, to: string, fs: FileSystem): Promise<boolean> {
  try {
    await fs.rename(from, to);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (
      code === 'ENOTEMPTY' ||
      code === 'EEXIST' ||
      code === 'ENOENT' ||
      (code === 'EPERM' && process.platform === 'win32')
    )
      return false;
    throw error;
  }
}
