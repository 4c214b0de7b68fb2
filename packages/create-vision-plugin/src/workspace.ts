import type { Dirent } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { CliError, systemErrorCode } from './errors.ts';
import type { FileSystem } from './fs-port.ts';
import { matchesWorkspaces, normalise } from './globs.ts';
import { readManifest, workspacePatterns } from './manifest.ts';
import type { Manifest } from './manifest.ts';

export interface WorkspacePackage {
  /** Relative to the root, with `/`. */
  readonly directory: string;
  readonly manifest: Manifest;
}

/** An npm workspace and the packages in it. */
export interface Workspace {
  readonly root: string;
  readonly manifest: Manifest;
  readonly patterns: readonly string[];
  readonly packages: readonly WorkspacePackage[];
}

export const PLUGIN_KEYWORD = 'vision-agents-plugin';

/** `INIT_CWD` counts only where npm moved us, to the working directory or below it. */
export function whereWeAre(cwd: string, env: NodeJS.ProcessEnv): string {
  const initial = env['INIT_CWD'];
  const moved = env['npm_command'] === 'exec' || env['npm_command'] === 'init';
  return moved && initial !== undefined && initial !== '' && isWithin(initial, cwd)
    ? resolve(initial)
    : cwd;
}

export function isWithin(path: string, directory: string): boolean {
  const between = relative(directory, path);
  return (
    between === '' ||
    (between !== '..' && !between.startsWith(`..${sep}`) && resolve(between) !== between)
  );
}

/**
 * The nearest workspace root at or above `start`, undefined where there is none.
 *
 * @throws CliError `E_WORKSPACE_INVALID` when a `package.json` on the way is broken
 */
export async function findWorkspace(start: string, fs: FileSystem): Promise<Workspace | undefined> {
  for (let directory = resolve(start); ; directory = dirname(directory)) {
    const manifest = await readManifest(directory, fs);
    const patterns = manifest && workspacePatterns(manifest);
    if (manifest !== undefined && patterns !== undefined) {
      return {
        root: directory,
        manifest,
        patterns,
        packages: await listPackages(directory, patterns, fs),
      };
    }
    if (dirname(directory) === directory) return undefined;
  }
}

/** The workspace of which a command takes all plugins. @throws CliError `E_NO_WORKSPACE` */
export async function workspaceOfAll(cwd: string, fs: FileSystem): Promise<Workspace> {
  const workspace = await findWorkspace(cwd, fs);
  if (workspace !== undefined) return workspace;
  throw new CliError(
    'E_NO_WORKSPACE',
    'There is no npm workspace at or above this directory, so "all" has no meaning.',
    'Go to your workspace, or name the folder of the plugin.',
  );
}

async function listPackages(
  root: string,
  patterns: readonly string[],
  fs: FileSystem,
): Promise<WorkspacePackage[]> {
  const packages: WorkspacePackage[] = [];
  const positive = patterns.filter((pattern) => !pattern.startsWith('!')).map(normalise);
  const depth = Math.max(
    0,
    ...positive.map((pattern) => (pattern.includes('**') ? 6 : pattern.split('/').length)),
  );
  const literal = positive.map((pattern) => pattern.split('/'));

  const visit = async (directory: string, level: number): Promise<void> => {
    if (level > depth) return;
    if (directory !== '' && matchesWorkspaces(directory, patterns)) {
      const manifest = await readManifest(join(root, directory), fs);
      if (manifest !== undefined) packages.push({ directory, manifest });
    }
    if (level === depth) return;
    const entries = await readFolder(join(root, directory), fs);
    for (const entry of entries) {
      if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
      if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (entry.isSymbolicLink() && !(await leadsToDirectory(join(root, path), fs))) continue;
      if (literal.some((segments) => mayContain(segments, path.split('/'))))
        await visit(path, level + 1);
    }
  };
  await visit('', 0);
  return packages.toSorted((a, b) => (a.directory < b.directory ? -1 : 1));
}

/** @throws CliError `E_NOT_WRITABLE` for a folder that this user may not even read */
async function readFolder(path: string, fs: FileSystem): Promise<Dirent[]> {
  try {
    return await fs.readdir(path, { withFileTypes: true });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new CliError(
      'E_NOT_WRITABLE',
      `${path} cannot be read.`,
      `Give yourself access to ${path}.`,
      { cause: error },
    );
  }
}

async function leadsToDirectory(path: string, fs: FileSystem): Promise<boolean> {
  try {
    return (await fs.stat(path)).isDirectory();
  } catch {
    return false; // a dangling link leads nowhere
  }
}

/** Whether something at or below `path` can match: keeps the walk out of folders no pattern names. */
function mayContain(pattern: readonly string[], path: readonly string[]): boolean {
  for (const [index, segment] of path.entries()) {
    const wanted = pattern[index];
    if (wanted === undefined) return false;
    if (wanted === '**') return true;
    if (!matchesWorkspaces(segment, [wanted])) return false;
  }
  return true;
}

/** The plugins of the workspace other than the one at `except`. */
export function siblingPlugins(workspace: Workspace, except?: string): WorkspacePackage[] {
  return workspace.packages.filter(
    ({ directory, manifest }) =>
      directory !== except && manifest.keywords?.includes(PLUGIN_KEYWORD) === true,
  );
}

/** Whether the root depends on a tool, so that every package's scripts find it. */
export function hasTool({ manifest }: Workspace, name: string): boolean {
  return (
    manifest.devDependencies?.[name] !== undefined || manifest.dependencies?.[name] !== undefined
  );
}

/** The text of the workspace's licence: npm packs only a licence that lies in the package itself. */
export async function workspaceLicence(root: string, fs: FileSystem): Promise<string | undefined> {
  try {
    return await fs.readFile(join(root, 'LICENSE'), 'utf8');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
