import { join } from 'node:path';
import type { Answers } from './answers.ts';
import type { PluginType } from './catalogue.ts';
import { describePlugin, titlesOf } from './names.ts';
import type { FileSystem } from './fs-port.ts';
import type { RenderedFile } from './render.ts';
import { systemErrorCode } from './errors.ts';

/** The changeset that releases a new plugin; its path is relative to the workspace root. */
export function changesetFor(answers: Answers): RenderedFile {
  const title = describePlugin(answers.displayName, answers.types);
  return {
    path: `.changeset/${answers.name}.md`,
    content: `---\n'${answers.packageName}': minor\n---\n\nAdd ${title}.\n`,
  };
}

/** The changeset that releases types that were added. */
export function additionChangeset(
  { name, packageName }: Answers,
  added: readonly PluginType[],
): RenderedFile {
  return {
    path: `.changeset/${name}-${added.join('-')}.md`,
    content: `---\n'${packageName}': minor\n---\n\nAdd ${titlesOf(added)}.\n`,
  };
}

export async function usesChangesets(root: string, fs: FileSystem): Promise<boolean> {
  try {
    return (await fs.stat(join(root, '.changeset', 'config.json'))).isFile();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}
