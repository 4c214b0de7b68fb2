import nodePlop from 'node-plop';
import { compose } from './compose.ts';
import type { Rendering } from './compose.ts';
import type { TemplateContext } from './context.ts';
import type { Selection } from './parts.ts';
import { render } from './render.ts';
import type { RenderedFile } from './render.ts';
import type { Release } from './release.ts';

/**
 * Renders these folders of templates in memory.
 *
 * node-plop is the registry: a generator per folder of templates. Its only action type is ours, which adds to a list;
 * its own actions write to the disk as they go and are not in the bundle.
 */
export async function generate(
  release: Release,
  selections: readonly Selection[],
  context: TemplateContext,
): Promise<Rendering> {
  const files: RenderedFile[] = [];
  const failures: unknown[] = [];
  const plop = await nodePlop('', { destBasePath: import.meta.dirname, force: false });

  // node-plop keeps only the text of an error, so ours are kept here.
  const renderAll = async ({ folder, part }: Selection): Promise<string> => {
    try {
      const templates = await release.templatesOf(folder);
      files.push(...templates.map((template) => render(template, { ...context, ...part })));
    } catch (error) {
      failures.push(error);
    }
    return '';
  };
  for (const selection of selections) {
    const { folder } = selection;
    plop.setActionType(`render:${folder}`, () => renderAll(selection));
    plop.setGenerator(folder, {
      description: folder,
      prompts: [],
      actions: () => [{ type: `render:${folder}` }],
    });
    const outcome = await plop.getGenerator(folder).runActions({});
    failures.push(...outcome.failures.map(({ error }) => new Error(error)));
  }
  if (failures.length > 0) throw failures[0];
  return compose(files);
}
