import { dirname, join } from 'node:path';
import * as z from 'zod';
import { systemErrorCode } from '../errors.ts';
import type { FileSystem } from '../fs-port.ts';
import { parseJsonText } from '../json-text.ts';

/** A package in a `node_modules`. */
export interface Installed {
  /** Where it really is, without symbolic links. */
  readonly path: string;
  readonly version: string | undefined;
  readonly keywords: readonly string[];
}

const manifestSchema = z.object({
  version: z.optional(z.string()),
  keywords: z.optional(z.array(z.string())).catch(undefined),
});

/** The package that code in a folder gets by this name, undefined where it gets none. */
export async function installedFor(
  directory: string,
  name: string,
  fs: FileSystem,
): Promise<Installed | undefined> {
  for (let folder = directory; ; folder = dirname(folder)) {
    const found = await installedAt(join(folder, 'node_modules', name), fs);
    if (found !== undefined) return found;
    if (dirname(folder) === folder) return undefined;
  }
}

async function installedAt(path: string, fs: FileSystem): Promise<Installed | undefined> {
  const text = await unlessMissing(fs.readFile(join(path, 'package.json'), 'utf8'));
  if (text === undefined) return undefined;
  const { version, keywords = [] } = manifestSchema.safeParse(parsed(text)).data ?? {};
  return { path: await fs.realpath(path), version, keywords };
}

/** A package whose manifest is broken is there all the same. */
function parsed(text: string): unknown {
  return parseJsonText(text.replace(/^\uFEFF/, ''))?.document;
}

/** Every copy of a package in a `node_modules` and in those of the packages in it; workspaces are not followed. */
export async function copiesIn(
  modules: string,
  name: string,
  fs: FileSystem,
): Promise<Installed[]> {
  const own = await installedAt(join(modules, name), fs);
  const copies = own === undefined ? [] : [own];
  for (const folder of await packageFolders(modules, fs))
    copies.push(...(await copiesIn(join(folder, 'node_modules'), name, fs)));
  return copies;
}

async function packageFolders(modules: string, fs: FileSystem): Promise<string[]> {
  const entries = (await unlessMissing(fs.readdir(modules, { withFileTypes: true }))) ?? [];
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const inside = await Promise.all(
    folders.map(async ({ name }) =>
      name.startsWith('@') ? packageFolders(join(modules, name), fs) : [join(modules, name)],
    ),
  );
  return inside.flat();
}

/** What is read, or undefined where it is not there. */
export async function unlessMissing<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
