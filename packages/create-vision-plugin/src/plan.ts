import { join } from 'node:path';
import type { FileSystem } from './fs-port.ts';
import { CliError, systemErrorCode } from './errors.ts';
import { sha256 } from './hash.ts';

export type Action = 'create' | 'update' | 'unchanged' | 'conflict' | 'skip';

export const skipReasons = ['deleted', 'edited'] as const;
export type SkipReason = (typeof skipReasons)[number];

/** A file that should exist with this content. */
export interface WantedFile {
  /** Relative to the workspace root, with `/`. */
  readonly path: string;
  readonly content: string;
  readonly meaning: string;
}

/** What will be done about one file. */
export interface PlannedFile extends WantedFile {
  readonly action: Action;
  /** Of the file after the run. */
  readonly sha256: string;
  readonly bytes: number;
  /** The file as it is now; undefined where there is none. */
  readonly before: string | undefined;
  /** Of a file that is skipped: how it differs from what was made. */
  readonly reason?: SkipReason;
  /** Of a JSON file: pointers to values of the user's that stay as they are. */
  readonly kept?: readonly string[];
}

/** A decision about a file, with what follows from it. */
export function fileOf(
  { path, meaning }: Omit<WantedFile, 'content'>,
  before: string | undefined,
  decision: Pick<PlannedFile, 'action' | 'content' | 'kept' | 'reason'>,
): PlannedFile {
  const { action, content, kept, reason } = decision;
  // What a conflict would write is not there after the run.
  const after = action === 'conflict' || action === 'skip' ? before : content;
  return {
    path,
    meaning,
    action,
    content,
    before,
    ...(reason === undefined ? {} : { reason }),
    ...(kept === undefined || kept.length === 0 ? {} : { kept }),
    sha256: after === undefined ? '' : sha256(after),
    bytes: Buffer.byteLength(after ?? ''),
  };
}

/** All that a run will do; nothing in it was done yet. */
export interface Plan {
  readonly root: string;
  /** The plugin's folder, relative to the root. */
  readonly destination: string;
  readonly files: readonly PlannedFile[];
}

export function hasWork({ files }: Pick<Plan, 'files'>): boolean {
  return files.some(({ action }) => action === 'create' || action === 'update');
}

/** Compares what should exist with what does: a new file is created, one that differs is a conflict. */
export async function planCreation(
  root: string,
  wanted: WantedFile,
  fs: FileSystem,
): Promise<PlannedFile> {
  const before = await readText(join(root, wanted.path), fs);
  const action =
    before === undefined ? 'create' : before === wanted.content ? 'unchanged' : 'conflict';
  return {
    ...wanted,
    action,
    before,
    sha256: sha256(wanted.content),
    bytes: Buffer.byteLength(wanted.content),
  };
}

/** A file that was made by an earlier run. */
export interface KeptFile {
  /** Relative to the workspace root, with `/`. */
  readonly path: string;
  readonly meaning: string;
  readonly isAsMade: (content: string) => boolean;
}

/** A file of a plugin that exists: whatever the user did to it stands. */
export async function planKept(
  root: string,
  { path, meaning, isAsMade }: KeptFile,
  fs: FileSystem,
): Promise<PlannedFile> {
  const before = await readText(join(root, path), fs);
  const content = before ?? '';
  const reason = before === undefined ? 'deleted' : isAsMade(before) ? undefined : 'edited';
  return {
    path,
    meaning,
    content,
    before,
    ...(reason === undefined ? { action: 'unchanged' } : { action: 'skip', reason }),
    sha256: before === undefined ? '' : sha256(content),
    bytes: Buffer.byteLength(content),
  };
}

/** @throws CliError `E_COLLISION` for a folder */
export async function readText(path: string, fs: FileSystem): Promise<string | undefined> {
  try {
    return await fs.readFile(path, 'utf8');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code !== 'EISDIR') throw error;
    throw new CliError(
      'E_COLLISION',
      `${path} is a folder where a file is needed.`,
      'Move it, or choose another name.',
      {
        cause: error,
      },
    );
  }
}
