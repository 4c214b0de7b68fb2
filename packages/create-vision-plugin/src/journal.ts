import { dirname, join } from 'node:path';
import { hostname } from 'node:os';
import * as z from 'zod';
import { systemErrorCode } from './errors.ts';
import type { FileSystem } from './fs-port.ts';
import { sha256 } from './hash.ts';
import { lazily } from './lazily.ts';
import { isWithin } from './workspace.ts';

const journalSchema = lazily(() => {
  const path = z
    .string()
    .refine(
      (value) => !value.split('/').some((part) => part === '' || part === '.' || part === '..'),
    );
  const file = z.object({ path, sha256: z.string() });
  const operation = z.discriminatedUnion('kind', [
    /** A folder that was not there, moved into place in one step. Folders are listed before what is in them. */
    z.object({ kind: z.literal('tree'), path, folders: z.array(path), files: z.array(file) }),
    /** A new file in a folder that was there. */
    z.object({ kind: z.literal('file'), ...file.shape }),
    /** A file that was there; `backup` is its name in the staging folder. */
    z.object({
      kind: z.literal('edit'),
      path,
      before: z.string(),
      after: z.string(),
      backup: z.string().regex(/^\d+$/),
    }),
  ]);
  return z.object({
    schemaVersion: z.literal(1),
    pid: z.number().int(),
    host: z.string(),
    token: z.string(),
    state: z.enum(['open', 'committed']),
    operations: z.array(operation),
  });
});

/** Written before the first step, so that a run that was killed can be rolled back by the next. */
export type Journal = z.infer<ReturnType<typeof journalSchema>>;
/** One step of a commit, and all that is needed to take it back. */
export type Operation = Journal['operations'][number];

const JOURNAL_FILE = 'journal.json';
export const BACKUP_FOLDER = 'backup';

export function openJournal(token: string): Journal {
  return {
    schemaVersion: 1,
    pid: process.pid,
    host: hostname(),
    token,
    state: 'open',
    operations: [],
  };
}

export async function writeJournal(
  staging: string,
  journal: Journal,
  fs: FileSystem,
): Promise<void> {
  const next = join(staging, `${JOURNAL_FILE}.next`);
  await fs.writeFile(next, JSON.stringify(journal));
  await fs.rename(next, join(staging, JOURNAL_FILE));
}

/** The journal of a staging folder, or undefined when there is none that can be understood. */
export async function readJournal(staging: string, fs: FileSystem): Promise<Journal | undefined> {
  try {
    const parsed = journalSchema().safeParse(
      JSON.parse(await fs.readFile(join(staging, JOURNAL_FILE), 'utf8')),
    );
    return parsed.data;
  } catch (error) {
    if (error instanceof SyntaxError || systemErrorCode(error) !== undefined) return undefined;
    throw error;
  }
}

/**
 * Takes the steps of a journal back, last first. It is safe to repeat, and touches only what still is as the run
 * left it: a file that was changed since stays.
 *
 * @returns the paths that could not be taken back
 */
export async function undo(
  root: string,
  staging: string,
  journal: Journal,
  fs: FileSystem,
): Promise<string[]> {
  const failed: string[] = [];
  const attempt = async (
    relative: string,
    step: (absolute: string) => Promise<void>,
  ): Promise<void> => {
    const absolute = join(root, relative);
    try {
      const real = await fs.realpath(dirname(absolute));
      if (isWithin(real, await fs.realpath(root))) await step(absolute);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code !== 'ENOENT' && code !== 'ENOTDIR') failed.push(relative);
    }
  };
  const removeFile = async (target: string, hash: string): Promise<void> => {
    if (sha256(await fs.readFile(target)) === hash) await fs.unlink(target);
  };
  for (const operation of journal.operations.toReversed()) {
    switch (operation.kind) {
      case 'tree':
        for (const made of operation.files)
          await attempt(made.path, (target) => removeFile(target, made.sha256));
        for (const folder of operation.folders.toReversed())
          await attempt(folder, (target) => removeEmpty(target, fs));
        break;
      case 'file':
        await attempt(operation.path, (target) => removeFile(target, operation.sha256));
        break;
      case 'edit':
        await attempt(operation.path, async (target) => {
          if (sha256(await fs.readFile(target)) !== operation.after) return;
          await fs.rename(join(staging, BACKUP_FOLDER, operation.backup), target);
        });
        break;
      default: {
        const unreachable: never = operation;
        throw new Error(`Unknown operation ${JSON.stringify(unreachable)}`);
      }
    }
  }
  return failed;
}

async function removeEmpty(directory: string, fs: FileSystem): Promise<void> {
  try {
    await fs.rmdir(directory);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
