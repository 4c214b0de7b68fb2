import { createHash } from 'node:crypto';
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A real folder with real files, removed at the end of its scope. */
export interface TemporaryWorkspace extends AsyncDisposable {
  readonly root: string;
  path(relative: string): string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  read(relative: string): Promise<string>;
  /** Every path with its kind, mode and content. */
  snapshot(): Promise<Record<string, string>>;
}

export const workspaceManifest = {
  name: 'ws',
  private: true,
  workspaces: ['packages/*', 'packages/plugins/*'],
};

/** A workspace with changesets and no package in it, plus `files`. */
export async function makeWorkspace(
  files: Readonly<Record<string, string>> = {},
  manifest: object = workspaceManifest,
): Promise<TemporaryWorkspace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'cvp-')));
  const workspace: TemporaryWorkspace = {
    root,
    path: (relative) => join(root, relative),
    async write(contents) {
      for (const [path, content] of Object.entries(contents)) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), content);
      }
    },
    read: (relative) => readFile(join(root, relative), 'utf8'),
    snapshot: () => snapshot(root),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
  await workspace.write({
    'package.json': JSON.stringify(manifest),
    '.changeset/config.json': '{}',
    ...files,
  });
  return workspace;
}

/** Every path at or below `root` with its kind, mode and content, tracked or not. */
export async function snapshot(root: string): Promise<Record<string, string>> {
  const entries: Record<string, string> = {};
  for (const path of (await readdir(root, { recursive: true })).toSorted()) {
    const absolute = join(root, path);
    const stats = await lstat(absolute);
    const mode = (stats.mode & 0o777).toString(8);
    if (stats.isDirectory()) entries[path] = `folder ${mode}`;
    else if (stats.isSymbolicLink()) entries[path] = `link ${await readlink(absolute)}`;
    else
      entries[path] = `file ${mode} ${createHash('sha256')
        .update(await readFile(absolute))
        .digest('hex')}`;
  }
  return entries;
}
