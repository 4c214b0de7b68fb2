import { join } from 'node:path';
import type { FileSystem } from '../fs-port.ts';

/** A file of JavaScript or TypeScript in a plugin. */
export interface CodeFile {
  /** Relative to the plugin, with `/`. */
  readonly path: string;
  readonly text: string;
  /** `source` is what is built from or shipped. */
  readonly kind: 'source' | 'test' | 'other';
}

const MAX_FILES = 2_000;
const MAX_BYTES = 1_000_000;

const code = /\.[cm]?[jt]s$/;
const declaration = /\.d\.[cm]?ts$/;
const test = /(?:^|\/)(?:tests?|__tests__|fixtures)\/|\.(?:test|spec)\.[cm]?[jt]s$/;
const other = /(?:^|\/)(?:examples?|scripts|bench|docs)\/|\.config\.[cm]?[jt]s$/;

/**
 * The code of a plugin, without what is installed or built.
 *
 * @param outputs folders that the build writes to
 */
export async function readCode(
  directory: string,
  outputs: readonly string[],
  fs: FileSystem,
): Promise<CodeFile[]> {
  const files: CodeFile[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await fs.readdir(join(directory, folder), { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (files.length >= MAX_FILES) return;
      if (entry.name === 'node_modules' || entry.name.startsWith('.') || outputs.includes(path))
        continue;
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile() && code.test(path) && !declaration.test(path))
        files.push(...(await readFile(directory, path, fs)));
    }
  };
  await visit('');
  return files;
}

async function readFile(directory: string, path: string, fs: FileSystem): Promise<CodeFile[]> {
  const { size } = await fs.stat(join(directory, path));
  if (size > MAX_BYTES) return [];
  const text = await fs.readFile(join(directory, path), 'utf8');
  return [{ path, text, kind: kindOf(path) }];
}

function kindOf(path: string): CodeFile['kind'] {
  if (test.test(path)) return 'test';
  return other.test(path) ? 'other' : 'source';
}
