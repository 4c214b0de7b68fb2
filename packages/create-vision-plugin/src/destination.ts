import { relative, resolve, sep } from 'node:path';
import { CliError } from './errors.ts';
import { matchesWorkspaces, normalise } from './globs.ts';
import { commandLine } from './shell.ts';
import { isWithin, siblingPlugins } from './workspace.ts';
import type { Workspace } from './workspace.ts';

/**
 * The plugin's own folder, relative to the root: `--dir`, else beside its siblings, else `packages/plugins/<slug>`,
 * else a folder called `plugins` that `workspaces` names.
 *
 * @throws CliError `E_OUTSIDE_ROOT`
 */
export function chooseDestination(
  workspace: Workspace,
  slug: string,
  dir: string | undefined,
  cwd: string,
): string {
  if (dir !== undefined) return insideRoot(workspace.root, resolve(cwd, dir));
  const parents = siblingPlugins(workspace).map(({ directory }) =>
    directory.split('/').slice(0, -1).join('/'),
  );
  const fromPatterns = workspace.patterns
    .map(normalise)
    .filter(
      (pattern) => /(?:^|\/)plugins\/\*$/.test(pattern) && !/[*!{]/.test(pattern.slice(0, -1)),
    )
    .map((pattern) => pattern.slice(0, -2));
  const candidates = [mostCommon(parents), 'packages/plugins', ...fromPatterns]
    .filter((parent) => parent !== undefined)
    .map((parent) => (parent === '' ? slug : `${parent}/${slug}`));
  return (
    candidates.find((candidate) => isCovered(workspace, candidate)) ?? `packages/plugins/${slug}`
  );
}

export function isCovered(workspace: Workspace, destination: string): boolean {
  return matchesWorkspaces(destination, workspace.patterns);
}

/** @throws CliError `E_NOT_COVERED`, with the edit to make */
export function requireCovered(workspace: Workspace, destination: string, slug: string): void {
  if (isCovered(workspace, destination)) return;
  const parent = destination.split('/').slice(0, -1).join('/');
  const pattern = parent === '' ? destination : `${parent}/*`;
  const alternative = workspace.patterns
    .map(normalise)
    .find((candidate) => /^[^*!{?]+\/\*$/.test(candidate));
  const edited = commandLine([
    'npm',
    'pkg',
    'set',
    `workspaces=${JSON.stringify([...workspace.patterns, pattern])}`,
    '--json',
  ]);
  throw new CliError(
    'E_NOT_COVERED',
    `${destination} is not covered by "workspaces": ${JSON.stringify(workspace.patterns)}, so npm would never link it.`,
    `In package.json at the workspace root: "workspaces": ${JSON.stringify([...workspace.patterns, pattern])}\n` +
      `That is: ${edited}` +
      (alternative === undefined
        ? ''
        : `\nOr put it elsewhere: --dir ${alternative.slice(0, -1)}${slug}`),
  );
}

function insideRoot(root: string, path: string): string {
  if (!isWithin(path, root) || path === root) {
    throw new CliError(
      'E_OUTSIDE_ROOT',
      `${path} is not inside the workspace ${root}.`,
      'Give a folder of the workspace: --dir packages/plugins/<name>',
    );
  }
  return relative(root, path).split(sep).join('/');
}

function mostCommon(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
