import type { Answers } from './answers.ts';
import type { Rendering } from './compose.ts';
import type { TemplateContext } from './context.ts';
import type { FileSystem } from './fs-port.ts';
import { repositoryOf } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { describePlugin } from './names.ts';
import { partsOf, selectFolders, togetherOf } from './parts.ts';
import type { Place } from './place.ts';
import { chooseRanges } from './ranges.ts';
import type { Release } from './release.ts';
import { hasTool, workspaceLicence } from './workspace.ts';

/**
 * All files of a plugin, as this version would make it.
 *
 * @param siblings the manifests whose ranges it follows
 */
export async function renderPlugin(
  answers: Answers,
  place: Place,
  siblings: readonly Manifest[],
  release: Release,
  fs: FileSystem,
): Promise<Rendering> {
  const { generate } = await import('./generators.ts');
  const context = contextFor(answers, place, siblings, release);
  const rendering = await generate(release, selectFolders(context), context);
  const licence = place.standalone ? undefined : await workspaceLicence(place.workspace.root, fs);
  if (licence === undefined) return rendering;
  return { ...rendering, files: [...rendering.files, { path: 'LICENSE', content: licence }] };
}

function contextFor(
  answers: Answers,
  { workspace, destination, standalone }: Place,
  siblings: readonly Manifest[],
  release: Release,
): TemplateContext {
  const { name, displayName, classPrefix, envPrefix, packageName, types } = answers;
  return {
    name,
    displayName,
    classPrefix,
    envPrefix,
    packageName,
    scope: /^@([^/]+)\//.exec(packageName)?.[1] ?? '',
    ...togetherOf(answers, partsOf(answers)),
    description: describePlugin(displayName, types),
    license: workspace.manifest.license ?? 'Apache-2.0',
    repository: repositoryOf(workspace.manifest) ?? '',
    directory: destination,
    standalone,
    has: {
      linter: standalone || (hasTool(workspace, 'oxlint') && hasTool(workspace, 'oxlint-tsgolint')),
      formatter: standalone || hasTool(workspace, 'oxfmt'),
    },
    ranges: chooseRanges(workspace, release.ranges, siblings),
    cliVersion: release.version,
  };
}
