import { dirname, join, resolve } from 'node:path';
import { chooseDestination, requireCovered } from './destination.ts';
import { CliError, systemErrorCode } from './errors.ts';
import type { FileSystem } from './fs-port.ts';
import { relativePath } from './shell.ts';
import { findWorkspace } from './workspace.ts';
import type { Workspace } from './workspace.ts';

/** Where a plugin is or will be. */
export interface Place {
  /** Of a plugin on its own: just the folder that the run may write to. */
  readonly workspace: Workspace;
  /** The plugin's folder, relative to the root; empty when it is the root. */
  readonly destination: string;
  readonly standalone: boolean;
}

/** A path of the plugin, relative to the root. */
export function pathIn(destination: string, path: string): string {
  return destination === '' ? path : `${destination}/${path}`;
}

export interface Wish {
  readonly slug: string;
  readonly dir: string | undefined;
  /** `workspace` and `standalone` were asked for; undefined takes a workspace where there is one. */
  readonly mode: 'workspace' | 'standalone' | undefined;
  readonly cwd: string;
}

/**
 * Where a new plugin goes.
 *
 * @throws CliError `E_NO_WORKSPACE`, `E_OUTSIDE_ROOT` or `E_NOT_COVERED`
 */
export async function choosePlace({ slug, dir, mode, cwd }: Wish, fs: FileSystem): Promise<Place> {
  const workspace = mode === 'standalone' ? undefined : await findWorkspace(cwd, fs);
  if (workspace !== undefined) {
    const destination = chooseDestination(workspace, slug, dir, cwd);
    requireCovered(workspace, destination, slug, cwd);
    return { workspace, destination, standalone: false };
  }
  if (mode === 'workspace') {
    throw new CliError(
      'E_NO_WORKSPACE',
      'There is no npm workspace at or above this directory.',
      (retype) =>
        `Go to your workspace, or make a plugin with a tool chain of its own: ${retype({ mode: 'standalone' })}`,
    );
  }
  return placeOnItsOwn(resolve(cwd, dir ?? slug), fs);
}

/**
 * Where a plugin is that was made before: in the workspace that is above it, or on its own.
 *
 * @param standalone what its provenance says
 */
export async function placeOf(
  directory: string,
  standalone: boolean,
  fs: FileSystem,
): Promise<Place> {
  const workspace = standalone ? undefined : await findWorkspace(directory, fs);
  if (workspace === undefined || workspace.root === directory)
    return { workspace: noWorkspace(directory), destination: '', standalone: true };
  return { workspace, destination: relativePath(workspace.root, directory), standalone: false };
}

/** The root is the folder itself where it exists, else the folder that it will be made in. */
async function placeOnItsOwn(target: string, fs: FileSystem): Promise<Place> {
  for (let root = target; ; root = dirname(root)) {
    if (await isFolder(root, fs))
      return {
        workspace: noWorkspace(root),
        destination: relativePath(root, target),
        standalone: true,
      };
    if (dirname(root) === root) throw new CliError('E_NOT_WRITABLE', `${target} cannot be made.`);
  }
}

/** @throws CliError `E_COLLISION` for a file on the way */
async function isFolder(path: string, fs: FileSystem): Promise<boolean> {
  try {
    if ((await fs.stat(path)).isDirectory()) return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
  throw new CliError(
    'E_COLLISION',
    `${path} is a file where a folder is needed.`,
    'Move it, or choose another folder with --dir.',
  );
}

function noWorkspace(root: string): Workspace {
  return { root, manifest: {}, patterns: [], packages: [] };
}

/** The folder of the plugin that a path is in: the nearest at or above it with a provenance. */
export async function findPlugin(
  start: string,
  provenanceFile: string,
  fs: FileSystem,
): Promise<string | undefined> {
  for (let directory = resolve(start); ; directory = dirname(directory)) {
    const found = await fs.lstat(join(directory, provenanceFile)).then(
      () => true,
      (error: unknown) => {
        const code = systemErrorCode(error);
        if (code === 'ENOENT' || code === 'ENOTDIR') return false;
        throw error;
      },
    );
    if (found) return directory;
    if (dirname(directory) === directory) return undefined;
  }
}
