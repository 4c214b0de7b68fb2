import { join, relative, resolve, sep } from 'node:path';
import { CliError } from './errors.ts';
import { matchesWorkspaces, normalise } from './globs.ts';
import { commandLine, pathFrom } from './shell.ts';
import { isWithin, siblingPlugins } from './workspace.ts';
import type { Workspace } from './workspace.ts';

/**
 * The plugin's own folder, relative to the root: `--dir`, else where plugins live.
 *
 * @throws CliError `E_OUTSIDE_ROOT`
 */
export function chooseDestination(
  workspace: Workspace,
  slug: string,
  dir: string | undefined,
  cwd: string,
): string {
  if (dir === undefined) return usualDestination(workspace, slug) ?? `packages/plugins/${slug}`;
  const { root } = workspace;
  const path = resolve(cwd, dir);
  if (isWithin(path, root) && path !== root) return relative(root, path).split(sep).join('/');
  throw new CliError(
    'E_OUTSIDE_ROOT',
    path === root
      ? `${path} is the workspace itself, not a folder in it.`
      : `${path} is not inside the workspace ${root}.`,
    (retype) => {
      const inside = coveredDestination(workspace, slug) ?? `packages/plugins/${slug}`;
      return retype({ dir: pathFrom(cwd, join(root, inside)) });
    },
  );
}

/** Beside its siblings, else `packages/plugins/<slug>`, in a folder called `plugins` that `workspaces` names, or in `packages/`. */
function usualDestination(workspace: Workspace, slug: string): string | undefined {
  const parents = siblingPlugins(workspace).map(({ directory }) =>
    directory.split('/').slice(0, -1).join('/'),
  );
  const fromPatterns = workspace.patterns
    .map(normalise)
    .filter(
      (pattern) => /(?:^|\/)plugins\/\*$/.test(pattern) && !/[*!{]/.test(pattern.slice(0, -1)),
    )
    .map((pattern) => pattern.slice(0, -2));
  return [mostCommon(parents), 'packages/plugins', ...fromPatterns, 'packages']
    .filter((parent) => parent !== undefined)
    .map((parent) => (parent === '' ? slug : `${parent}/${slug}`))
    .find((candidate) => isCovered(workspace, candidate));
}

/** Where plugins live, else wherever `workspaces` allows. */
function coveredDestination(workspace: Workspace, slug: string): string | undefined {
  const pattern = workspace.patterns
    .map(normalise)
    .find((candidate) => /^[^*!{?]+\/\*$/.test(candidate));
  return (
    usualDestination(workspace, slug) ??
    (pattern === undefined ? undefined : `${pattern.slice(0, -1)}${slug}`)
  );
}

export function isCovered(workspace: Workspace, destination: string): boolean {
  return matchesWorkspaces(destination, workspace.patterns);
}

/** @throws CliError `E_NOT_COVERED`, with the edit to make */
export function requireCovered(
  workspace: Workspace,
  destination: string,
  slug: string,
  cwd: string,
): void {
  if (isCovered(workspace, destination)) return;
  const { root, patterns } = workspace;
  const edit = coveringEdit(workspace, destination, cwd);
  const elsewhere = coveredDestination(workspace, slug);
  throw new CliError(
    'E_NOT_COVERED',
    `${destination} is not covered by "workspaces": ${JSON.stringify(patterns)}, so npm would never link it.`,
    (retype) =>
      elsewhere === undefined
        ? edit
        : `${edit}\nOr put it elsewhere: ${retype({ dir: pathFrom(cwd, join(root, elsewhere)) })}`,
  );
}

/** The command that has `workspaces` cover a folder. */
export function coveringEdit(
  { root, patterns }: Workspace,
  destination: string,
  cwd: string,
): string {
  const parent = destination.split('/').slice(0, -1).join('/');
  const pattern = parent === '' ? destination : `${parent}/*`;
  const prefix = cwd === root ? [] : ['--prefix', pathFrom(cwd, root)];
  const value = `workspaces=${JSON.stringify([...patterns, pattern])}`;
  return commandLine(['npm', 'pkg', 'set', ...prefix, value, '--json']);
}

function mostCommon(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
