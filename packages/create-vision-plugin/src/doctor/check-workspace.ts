import { join } from 'node:path';
import { coveringEdit, isCovered } from '../destination.ts';
import { relativePath, pathFrom } from '../shell.ts';
import { CORE } from '../ranges.ts';
import type { Finding } from './finding.ts';
import { copiesIn, installedFor, unlessMissing } from './installed.ts';
import type { Installed } from './installed.ts';
import { MANIFEST } from './plugin-manifest.ts';
import { commandIn, exists } from './subject.ts';
import type { Subject } from './subject.ts';

/** Whether the plugin is installed, linked, and gets the one core of its tree. */
export async function checkWorkspace(subject: Subject): Promise<Finding[]> {
  const { directory, place, core, context } = subject;
  const { workspace, destination, standalone } = place;
  if (!standalone && !isCovered(workspace, destination)) {
    return [
      {
        rule: 'not-covered',
        level: 'error',
        message: `"workspaces" of ${pathFrom(context.cwd, join(workspace.root, MANIFEST))} does not cover ${destination}, so npm never links it: ${JSON.stringify(workspace.patterns)}.`,
        file: relativePath(directory, join(workspace.root, MANIFEST)),
        fix: coveringEdit(workspace, destination, context.cwd),
      },
    ];
  }
  const modules = join(workspace.root, 'node_modules');
  if (core === undefined || (!standalone && !(await exists(modules, context.fs)))) {
    return [
      {
        rule: 'not-installed',
        level: 'error',
        message:
          core === undefined
            ? `${CORE} is not installed for the plugin.`
            : 'The dependencies are not installed.',
        fix: commandIn(subject, ['npm', 'install'], 'root'),
      },
    ];
  }
  return [
    ...(standalone ? [] : await checkLink(subject, modules)),
    ...(await checkCopies(subject, core, modules)),
  ];
}

async function checkLink(subject: Subject, modules: string): Promise<Finding[]> {
  const { directory, manifest, context } = subject;
  if (manifest.name === undefined) return [];
  const link = join(modules, manifest.name);
  const target = await unlessMissing(context.fs.realpath(link));
  if (target === directory) return [];
  const from = pathFrom(context.cwd, link);
  return [
    {
      rule: 'not-linked',
      level: 'error',
      message:
        target === undefined
          ? `${from} is not there, so nothing in the workspace can import the plugin.`
          : `${from} is ${target}, and not this folder: the workspace uses another copy of the plugin.`,
      file: MANIFEST,
      fix: commandIn(subject, ['npm', 'install'], 'root'),
    },
  ];
}

async function checkCopies(subject: Subject, core: Installed, modules: string): Promise<Finding[]> {
  const { directory, place, context } = subject;
  const { fs, cwd } = context;
  const packages = place.workspace.packages.map((one) => join(place.workspace.root, one.directory));
  const nested = [directory, ...packages].map((folder) => join(folder, 'node_modules'));
  const all = [core];
  for (const folder of new Set([modules, ...nested]))
    all.push(...(await copiesIn(folder, CORE, fs)));
  const testkit = await installedFor(directory, '@vision-agents/testkit', fs);
  const ofTestkit = testkit && (await installedFor(testkit.path, CORE, fs));
  if (ofTestkit !== undefined) all.push(ofTestkit);
  const copies = [...new Map(all.map((copy) => [copy.path, copy])).values()];
  if (copies.length === 1) return [];
  const shown = copies.map(
    ({ path, version }) => `${version ?? 'no version'} in ${pathFrom(cwd, path)}`,
  );
  return [
    {
      rule: 'core-duplicated',
      level: 'error',
      message: `There are ${copies.length} copies of ${CORE}: ${shown.join('; ')}. The plugin gets the first; what it shares with an agent of another copy is not one.`,
      fix: `${commandIn(subject, ['npm', 'dedupe'], 'root')}\nWhat keeps them apart: ${commandIn(subject, ['npm', 'explain', CORE], 'root')}`,
    },
  ];
}
