import nodePlop from 'node-plop';
import type { Answers } from './answers.ts';
import type { TemplateContext } from './context.ts';
import { render } from './render.ts';
import type { RenderedFile } from './render.ts';
import type { Release, Template } from './release.ts';

/** Where the templates of these answers are: what all plugins have, what all of a type have, and its transport's. */
export function templateFolders({ types, transports }: Answers): string[] {
  return ['common', ...types.flatMap((type) => [type, `${type}-${transports[type] ?? ''}`])];
}

/**
 * Renders these folders of templates in memory.
 *
 * node-plop is the registry: a generator per folder of templates. Its only action type is ours, which adds to a list;
 * its own actions write to the disk as they go and are not in the bundle.
 */
export async function generate(
  release: Release,
  folders: readonly string[],
  context: TemplateContext,
): Promise<RenderedFile[]> {
  const files: RenderedFile[] = [];
  const failures: unknown[] = [];
  const plop = await nodePlop('', { destBasePath: import.meta.dirname, force: false });
  const byFolder = Map.groupBy(release.templates, (template) => template.folder);

  // node-plop keeps only the text of an error, so ours are kept here.
  const renderAll = (templates: readonly Template[]): string => {
    try {
      files.push(...templates.map((template) => render(template, context)));
    } catch (error) {
      failures.push(error);
    }
    return '';
  };
  for (const [folder, templates] of byFolder) {
    plop.setActionType(`render:${folder}`, () => renderAll(templates));
    plop.setGenerator(folder, {
      description: folder,
      prompts: [],
      actions: () => [{ type: `render:${folder}` }],
    });
  }
  for (const folder of folders) {
    if (!byFolder.has(folder)) continue;
    const outcome = await plop.getGenerator(folder).runActions({});
    failures.push(...outcome.failures.map(({ error }) => new Error(error)));
  }
  if (failures.length > 0) throw failures[0];
  const paths = new Set(files.map(({ path }) => path));
  if (paths.size < files.length) throw new Error('Two templates render the same path.');
  return files;
}
