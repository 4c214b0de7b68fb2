import { join, resolve } from 'node:path';
import type { Answers } from './answers.ts';
import { CliError } from './errors.ts';
import type { FileSystem } from './fs-port.ts';
import type { Job, JobContext, Planned } from './job.ts';
import { chosenRanges } from './chosen-ranges.ts';
import type { ConflictPolicy } from './conflict-policy.ts';
import { ownValues } from './json-text.ts';
import type { Values } from './json-text.ts';
import { mergeFile } from './merge.ts';
import { meaningOf, ownershipOf, PROVENANCE_FILE } from './ownership.ts';
import { pathIn, placeOf } from './place.ts';
import type { Place } from './place.ts';
import { fileOf, hasWork, readText } from './plan.ts';
import type { PlannedFile } from './plan.ts';
import { refuseUnwritable } from './preflight.ts';
import { requireProvenance, writeProvenance } from './provenance.ts';
import type { Provenance, RecordedFile } from './provenance.ts';
import type { RenderedFile } from './render.ts';
import { renderPlugin } from './rendering.ts';
import { relativePath } from './shell.ts';
import { siblingPlugins, workspaceOfAll } from './workspace.ts';

export interface UpdateOptions {
  /** The folders of the plugins, absolute. */
  readonly directories: readonly string[];
  readonly onConflict: ConflictPolicy;
}

/** Brings what belongs to this tool to this version's templates, in all these plugins or in none. */
export function updateJob(options: UpdateOptions): Job {
  return {
    roots: async ({ fs }) => [await rootOf(options.directories, fs)],
    plan: (context) => planUpdates(options, context),
  };
}

/** The workspace of all these folders, or the one folder that is on its own. */
async function rootOf(directories: readonly string[], fs: FileSystem): Promise<string> {
  const roots = new Set<string>();
  for (const directory of directories) {
    const { answers } = await requireProvenance(directory, fs);
    const place = await placeOf(resolve(directory), answers.standalone === true, fs);
    roots.add(place.workspace.root);
  }
  const [root, other] = roots;
  if (root !== undefined && other === undefined) return root;
  throw new CliError(
    'E_USAGE',
    `These plugins are not in one workspace: ${[...roots].join(', ')}.`,
    'Update them one after the other.',
  );
}

async function planUpdates(
  { directories, onConflict }: UpdateOptions,
  context: JobContext,
): Promise<Planned> {
  const { fs, enter } = context;
  const root = await rootOf(directories, fs);
  const files: PlannedFile[] = [];
  const plugins: Planned['plugins'][number][] = [];
  await enter('render');
  for (const directory of directories) {
    const recorded = await requireProvenance(directory, fs);
    const place = await placeOf(directory, recorded.answers.standalone === true, fs);
    files.push(...(await planUpdate(recorded, place, onConflict, context)));
    plugins.push({ answers: recorded.answers, directory: relativePath(root, directory) });
  }
  await enter('plan');
  const [first] = plugins;
  const destination = plugins.length === 1 ? (first?.directory ?? '') : '';
  const plan = { root, destination, files };
  await enter('preflight');
  const standalone = plugins.some(({ answers }) => answers.standalone === true);
  await refuseUnwritable(plan, fs, { standalone });
  return { plan, plugins, warnings: [] };
}

async function planUpdate(
  recorded: Provenance,
  place: Place,
  policy: ConflictPolicy,
  { release, fs }: JobContext,
): Promise<PlannedFile[]> {
  const { workspace, destination } = place;
  const siblings = await Promise.all(
    siblingPlugins(workspace, destination).map((sibling) =>
      chosenRanges(workspace.root, sibling, fs),
    ),
  );
  const rendering = await renderPlugin(recorded.answers, place, siblings, release, fs);
  const files: PlannedFile[] = [];
  const records: Record<string, RecordedFile> = { ...recorded.files };
  const unmade = await seedsNotThere(rendering.files, place, fs);
  for (const { path, content } of rendering.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const ownership = ownershipOf(path);
    if (ownership === 'seed') continue;
    const current = await readText(join(workspace.root, pathIn(destination, path)), fs);
    const values = ownership === 'json' ? valuesWithout(unmade, content, records[path]) : undefined;
    const sides = {
      ownership,
      record: records[path],
      current,
      wanted: content,
      ...(values && { values }),
    };
    const merged = mergeFile(sides, policy);
    if (merged.record !== undefined) records[path] = merged.record;
    files.push(fileOf(wantedAt(path, destination), current, merged));
  }
  return [
    ...files,
    await planProvenance(recorded, records, hasWork({ files }) ? release : undefined, place, fs),
  ];
}

/** Seeds that a new plugin would get and this one does not have: an update makes none. */
async function seedsNotThere(
  files: readonly RenderedFile[],
  { workspace, destination }: Place,
  fs: FileSystem,
): Promise<string[]> {
  const seeds = files.map(({ path }) => path).filter((path) => ownershipOf(path) === 'seed');
  const texts = await Promise.all(
    seeds.map((path) => readText(join(workspace.root, pathIn(destination, path)), fs)),
  );
  return seeds.filter((_, index) => texts[index] === undefined);
}

/** What we write into a JSON file, without new scripts that would run a file which is not there. */
function valuesWithout(
  unmade: readonly string[],
  content: string,
  record: RecordedFile | undefined,
): Values {
  const values = ownValues(content);
  for (const [pointer, value] of values) {
    const isNew = record?.values?.[pointer] === undefined;
    if (isNew && typeof value === 'string' && unmade.some((path) => value.includes(path)))
      values.delete(pointer);
  }
  return values;
}

/**
 * The provenance as it has to be after the run. It is written when files change, or when it was decided what is to
 * become of them; a version that would make the same files leaves it as it is.
 */
export async function planProvenance(
  recorded: Provenance,
  records: Readonly<Record<string, RecordedFile>>,
  release: { readonly version: string; readonly templatesHash: string } | undefined,
  { workspace, destination }: Place,
  fs: FileSystem,
  answers: Answers = recorded.answers,
): Promise<PlannedFile> {
  const before = await readText(join(workspace.root, pathIn(destination, PROVENANCE_FILE)), fs);
  const now = { ...recorded, answers, files: records };
  const isSame = release === undefined && writeProvenance(now) === writeProvenance(recorded);
  const content = isSame
    ? (before ?? '')
    : writeProvenance({
        ...now,
        version: release?.version ?? recorded.version,
        templates: release?.templatesHash ?? recorded.templates,
      });
  const action = content === before ? 'unchanged' : 'update';
  return fileOf(wantedAt(PROVENANCE_FILE, destination), before, { action, content });
}

export function wantedAt(path: string, destination: string): Pick<PlannedFile, 'meaning' | 'path'> {
  return { path: pathIn(destination, path), meaning: meaningOf(path) };
}

/** Every plugin below the workspace that this tool made. */
export async function allPlugins(cwd: string, fs: FileSystem): Promise<string[]> {
  const workspace = await workspaceOfAll(cwd, fs);
  const directories = siblingPlugins(workspace).map(({ directory }) =>
    join(workspace.root, directory),
  );
  const made = await Promise.all(
    directories.map(async (directory) => ({
      directory,
      text: await readText(join(directory, PROVENANCE_FILE), fs),
    })),
  );
  return made.flatMap(({ directory, text }) => (text === undefined ? [] : [directory]));
}
