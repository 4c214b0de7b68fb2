import { dirname, join } from 'node:path';
import type { Answers } from './answers.ts';
import { changesetFor, usesChangesets } from './changeset.ts';
import { CliError } from './errors.ts';
import type { FileSystem } from './fs-port.ts';
import type { Job, JobContext, Planned } from './job.ts';
import { mergeFile } from './merge.ts';
import type { ConflictPolicy } from './conflict-policy.ts';
import { meaningOf, ownershipOf, PROVENANCE_FILE } from './ownership.ts';
import { choosePlace, pathIn } from './place.ts';
import type { Place } from './place.ts';
import { fileOf, planCreation, planKept } from './plan.ts';
import type { Plan, PlannedFile, WantedFile } from './plan.ts';
import { planListing } from './plugin-list.ts';
import { refuseUnmakeable, refuseUnwritable } from './preflight.ts';
import { isAsMade, readProvenance, recordOf, writeProvenance } from './provenance.ts';
import type { Provenance } from './provenance.ts';
import { renderPlugin } from './rendering.ts';
import type { Release } from './release.ts';
import { contradictions, settle } from './settle.ts';
import type { CompleteAnswers } from './settle.ts';
import { commandLine, pathFrom } from './shell.ts';
import { siblingPlugins } from './workspace.ts';

export interface CreateOptions {
  readonly mode?: 'workspace' | 'standalone' | undefined;
  readonly onConflict?: ConflictPolicy | undefined;
}

/** Makes a new plugin. */
export function createJob(given: CompleteAnswers, options: CreateOptions = {}): Job {
  const place = ({ cwd, fs }: JobContext): Promise<Place> =>
    choosePlace({ slug: given.name.slug, dir: given.dir, mode: options.mode, cwd }, fs);
  return {
    async roots(context) {
      const { workspace, destination, standalone } = await place(context);
      // The run that made a folder on its own had its journal in the folder above.
      const isThere = standalone && destination === '';
      return isThere ? [workspace.root, dirname(workspace.root)] : [workspace.root];
    },
    plan: async (context) => planCreate(given, options, await place(context), context),
  };
}

async function planCreate(
  given: CompleteAnswers,
  { onConflict = 'fail' }: CreateOptions,
  place: Place,
  context: JobContext,
): Promise<Planned> {
  const { fs, release, enter } = context;
  const { workspace, destination } = place;
  const settled = settle(given, place);
  const recorded = await readProvenance(join(workspace.root, destination), fs);
  if (recorded !== undefined) {
    await enter('plan');
    return keep(given, settled, recorded, place, context);
  }
  await enter('render');
  const wanted = await renderAll(settled, place, release, fs);
  await enter('plan');
  const made = await Promise.all(
    wanted.map((file) => planWanted(workspace.root, file, place, onConflict, fs)),
  );
  const files = [...made, ...(await planListing(settled, undefined, place, fs))];
  const plan: Plan = { root: workspace.root, destination, files };
  await enter('preflight');
  await refuseUnmakeable(plan, place, settled.packageName, fs);
  await refuseUnwritable(plan, fs, place);
  return { plan, plugins: [{ answers: settled, directory: destination }], warnings: [] };
}

/** In a folder that is not empty, files of the user's can be in the way: with `keep` they stay. */
async function planWanted(
  root: string,
  wanted: WantedFile,
  { standalone, destination }: Place,
  policy: ConflictPolicy,
  fs: FileSystem,
): Promise<PlannedFile> {
  const planned = await planCreation(root, wanted, fs);
  if (planned.action !== 'conflict' || !standalone || policy !== 'keep') return planned;
  const current = planned.before ?? '';
  const path = destination === '' ? wanted.path : wanted.path.slice(destination.length + 1);
  if (ownershipOf(path) !== 'json')
    return fileOf(wanted, current, { action: 'skip', content: current, reason: 'edited' });
  const sides = { ownership: 'json', record: undefined, current, wanted: wanted.content } as const;
  return fileOf(wanted, current, mergeFile(sides, policy));
}

async function renderAll(
  answers: Answers,
  place: Place,
  release: Release,
  fs: FileSystem,
): Promise<WantedFile[]> {
  const { workspace, destination, standalone } = place;
  const siblings = siblingPlugins(workspace, destination).map(({ manifest }) => manifest);
  const { files } = await renderPlugin(answers, place, siblings, release, fs);
  const provenance = writeProvenance({
    version: release.version,
    templates: release.templatesHash,
    answers,
    files: Object.fromEntries(
      files.map(({ path, content }) => [path, recordOf(content, ownershipOf(path))]),
    ),
  });
  const inPlugin = [...files, { path: PROVENANCE_FILE, content: provenance }]
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, content }) => ({
      path: pathIn(destination, path),
      content,
      meaning: meaningOf(path),
    }));
  if (standalone || !(await usesChangesets(workspace.root, fs))) return inPlugin;
  return [...inPlugin, { ...changesetFor(answers), meaning: 'the changeset that releases it' }];
}

/** The plugin is there: the same answers leave it as it is, others are refused. */
async function keep(
  given: CompleteAnswers,
  settled: Answers,
  recorded: Provenance,
  { workspace, destination }: Place,
  { cwd, fs }: JobContext,
): Promise<Planned> {
  const { answers } = recorded;
  const shown = destination === '' ? workspace.root : destination;
  const label = `${shown} exists (plugin "${answers.name}", ${answers.types.join(', ')}, made by ${recorded.version})`;
  const added =
    answers.name === settled.name
      ? settled.types.filter((type) => !answers.types.includes(type))
      : [];
  if (added.length > 0) {
    const add = commandLine([
      'npx',
      'create-vision-plugin',
      'add',
      added.join(','),
      '--to',
      pathFrom(cwd, join(workspace.root, destination)),
    ]);
    throw new CliError('E_EXISTS', `${label}.`, `To add ${added.join(' and ')} to it: ${add}`);
  }
  const differences = contradictions(given, settled, answers);
  if (differences.length > 0) {
    throw new CliError(
      'E_EXISTS',
      `${label} with other answers: ${differences.join('; ')}.`,
      'Choose another name, or another folder with --dir.',
    );
  }
  const paths = [...Object.keys(recorded.files), PROVENANCE_FILE].toSorted();
  const files = await Promise.all(
    paths.map((path) => {
      const record = recorded.files[path];
      const kept = {
        path: pathIn(destination, path),
        meaning: meaningOf(path),
        isAsMade: (content: string) => record === undefined || isAsMade(content, record),
      };
      return planKept(workspace.root, kept, fs);
    }),
  );
  return {
    plan: { root: workspace.root, destination, files },
    plugins: [{ answers, directory: destination }],
    warnings: [],
  };
}
