import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import Handlebars from 'handlebars';
import { ADDITION } from '../src/compose.ts';
import { knownFolders, neededFolders, rendersWith, typeOfFolder } from './template-folders.ts';
import { lintTemplate } from './lint-templates.ts';

/** A template with its precompiled parts as JavaScript source. */
export interface CompiledTemplate {
  readonly source: string;
  readonly folder: string;
  readonly pathSource: string;
  readonly contentSource: string;
}

export interface CompiledTemplates {
  readonly templates: readonly CompiledTemplate[];
  readonly hash: string;
}

const compileOptions = {
  noEscape: true,
  strict: true,
  knownHelpersOnly: true,
  knownHelpers: { json: true, ts: true },
} as const;

/**
 * Reads, checks and precompiles every template below `root`.
 *
 * @throws Error with all problems, one a line, as `file:line:column message`
 */
export async function compileTemplates(root: string): Promise<CompiledTemplates> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const sources = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .split(sep)
        .join('/'),
    )
    .toSorted();
  const texts = await Promise.all(sources.map((source) => readFile(join(root, source), 'utf8')));
  const problems: string[] = [];
  const outputs: { folder: string; path: string; source: string }[] = [];
  const hash = createHash('sha256');
  const templates: CompiledTemplate[] = [];

  for (const [index, source] of sources.entries()) {
    const text = texts[index] ?? '';
    const [folder = '', ...rest] = source.split('/');
    const path = rest.join('/').replace(/\.hbs$/, '');
    problems.push(...placeProblems(source, folder, path, outputs));
    outputs.push({ folder, path, source });
    const names = typeOfFolder(folder) === undefined ? 'together' : 'part';
    const found = [
      ...lintTemplate(path, names).map((problem) => `${source} path:${problem}`),
      ...lintTemplate(text, names).map((problem) => `${source}:${problem}`),
    ];
    problems.push(...found);
    if (found.length > 0) continue;
    hash.update(`${source}\0${text}\0`);
    templates.push({
      source,
      folder,
      pathSource: path.includes('{{') ? precompile(path) : JSON.stringify(path),
      contentSource: precompile(text),
    });
  }
  const folders = new Set(templates.map(({ folder }) => folder));
  for (const folder of neededFolders()) {
    if (!folders.has(folder))
      problems.push(`${folder}: the catalogue has it, but there are no templates`);
  }
  if (problems.length > 0) throw new Error(`Templates:\n${problems.join('\n')}`);
  return { templates, hash: `sha256:${hash.digest('hex')}` };
}

/** JavaScript source; the type that Handlebars declares for it is that of its value. */
function precompile(text: string): string {
  const source: unknown = Handlebars.precompile(text, compileOptions);
  if (typeof source !== 'string') throw new TypeError('Handlebars.precompile gave no source');
  return source;
}

function placeProblems(
  source: string,
  folder: string,
  path: string,
  outputs: readonly { folder: string; path: string; source: string }[],
): string[] {
  const problems: string[] = [];
  if (!source.endsWith('.hbs')) problems.push(`${source}: every template ends in .hbs`);
  if (path === '' || !knownFolders().includes(folder)) {
    problems.push(
      `${source}: neither in common/, shared/, standalone/ or conversation/ nor in the folder of a type or transport`,
    );
  }
  // Any number of parts may add to one file.
  if (path.slice(path.lastIndexOf('/') + 1).startsWith(ADDITION)) return problems;
  const other = outputs.find((made) => made.path === path && rendersWith(made.folder, folder));
  if (other) problems.push(`${source}: makes the same file as ${other.source}`);
  return problems;
}
