import { join } from 'node:path';
import type { Answers, GivenAnswers } from './answers.ts';
import { chooseTransports } from './answers.ts';
import type { PluginType } from './catalogue.ts';
import { additionChangeset, usesChangesets } from './changeset.ts';
import { insertSection } from './compose.ts';
import type { Rendering, Section } from './compose.ts';
import { CliError } from './errors.ts';
import type { FileSystem } from './fs-port.ts';
import type { Job, JobContext, Planned } from './job.ts';
import { ownValues } from './json-text.ts';
import type { Value } from './json-text.ts';
import { mergeFile } from './merge.ts';
import type { ConflictPolicy } from './conflict-policy.ts';
import { ownershipOf } from './ownership.ts';
import { pathIn, placeOf } from './place.ts';
import type { Place } from './place.ts';
import { fileOf, planCreation, readText } from './plan.ts';
import type { PlannedFile } from './plan.ts';
import { planListing } from './plugin-list.ts';
import { refuseUnwritable } from './preflight.ts';
import { recordOf, requireProvenance } from './provenance.ts';
import type { Provenance, RecordedFile } from './provenance.ts';
import { renderPlugin } from './rendering.ts';
import { planProvenance, wantedAt } from './update-job.ts';
import { siblingPlugins } from './workspace.ts';

export interface AddOptions {
  /** The plugin's folder, absolute. */
  readonly directory: string;
  readonly given: GivenAnswers & { readonly type: readonly PluginType[] };
  readonly onConflict: ConflictPolicy;
}

/** Adds types to a plugin that exists, and leaves what is there as it is. */
export function addJob(options: AddOptions): Job {
  const place = async ({ fs }: JobContext): Promise<Place> => {
    const { answers } = await requireProvenance(options.directory, fs);
    return placeOf(options.directory, answers.standalone === true, fs);
  };
  return {
    roots: async (context) => [(await place(context)).workspace.root],
    plan: async (context) => planAddition(options, await place(context), context),
  };
}

async function planAddition(
  { directory, given, onConflict }: AddOptions,
  place: Place,
  context: JobContext,
): Promise<Planned> {
  const { fs, enter } = context;
  const recorded = await requireProvenance(directory, fs);
  const { workspace, destination } = place;
  const answers = extend(recorded.answers, given);
  await enter('render');
  const files =
    answers.types.length === recorded.answers.types.length
      ? []
      : await planFiles(recorded, answers, place, onConflict, context);
  await enter('plan');
  const plan = { root: workspace.root, destination, files };
  await enter('preflight');
  await refuseUnwritable(plan, fs, place);
  return { plan, plugins: [{ answers, directory: destination }], warnings: [] };
}

/** @throws CliError `E_EXISTS` when what is there was made with other answers */
function extend(recorded: Answers, given: AddOptions['given']): Answers {
  const added = given.type.filter((type) => !recorded.types.includes(type));
  const types = [...recorded.types, ...added];
  const transports = chooseTransports(given.type, given.transport);
  for (const type of given.type) {
    const [before, wanted] = [recorded.transports[type], transports[type]];
    if (before === undefined || given.transport === undefined || before === wanted) continue;
    throw new CliError(
      'E_EXISTS',
      `The plugin has ${type} over ${before} already.`,
      `What is there is yours to change: add makes no second ${type}.`,
    );
  }
  if (
    given.sdk !== undefined &&
    recorded.sdk !== undefined &&
    given.sdk.name !== recorded.sdk.name
  ) {
    throw new CliError(
      'E_EXISTS',
      `The plugin uses ${recorded.sdk.name} already, and has one client of its vendor.`,
      (retype) => retype({ sdk: undefined }),
    );
  }
  const sdk = recorded.sdk ?? given.sdk;
  const baseUrl = given.baseUrl ?? recorded.baseUrl;
  return {
    ...recorded,
    types,
    transports: { ...transports, ...recorded.transports },
    ...(sdk === undefined ? {} : { sdk }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  };
}

/** What is rendered with these types and is not without them. */
async function planFiles(
  recorded: Provenance,
  answers: Answers,
  place: Place,
  policy: ConflictPolicy,
  context: JobContext,
): Promise<PlannedFile[]> {
  const { fs, release } = context;
  const { workspace, destination, standalone } = place;
  const siblings = siblingPlugins(workspace, destination).map(({ manifest }) => manifest);
  const [without, complete] = await Promise.all(
    [recorded.answers, answers].map((of) => renderPlugin(of, place, siblings, release, fs)),
  );
  if (without === undefined || complete === undefined) throw new Error('Nothing was rendered.');
  const before = new Map(without.files.map(({ path, content }) => [path, content]));
  const records: Record<string, RecordedFile> = { ...recorded.files };
  const files: PlannedFile[] = [];
  for (const { path, content } of complete.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    if (before.get(path) === content) continue;
    const difference = { path, content, without: before.get(path), record: records[path] };
    const planned = await planDifference(difference, { without, complete }, place, policy, fs);
    if (planned === undefined) continue;
    files.push(planned.file);
    if (planned.record !== undefined) records[path] = planned.record;
  }
  const types = answers.types.filter((type) => !recorded.answers.types.includes(type));
  if (!standalone && (await usesChangesets(workspace.root, fs))) {
    const changeset = {
      ...additionChangeset(answers, types),
      meaning: 'the changeset that releases it',
    };
    files.push(await planCreation(workspace.root, changeset, fs));
  }
  files.push(...(await planListing(answers, recorded.answers, place, fs)));
  files.push(await planProvenance(recorded, records, undefined, place, fs, answers));
  return files;
}

interface Difference {
  readonly path: string;
  readonly content: string;
  /** As it would be made without the types that are added. */
  readonly without: string | undefined;
  readonly record: RecordedFile | undefined;
}

async function planDifference(
  { path, content, without, record }: Difference,
  rendered: { readonly without: Rendering; readonly complete: Rendering },
  { workspace, destination }: Place,
  policy: ConflictPolicy,
  fs: FileSystem,
): Promise<{ file: PlannedFile; record: RecordedFile | undefined } | undefined> {
  const ownership = ownershipOf(path);
  const at = wantedAt(path, destination);
  const current = await readText(join(workspace.root, pathIn(destination, path)), fs);
  if (ownership !== 'seed') {
    const values = ownership === 'json' ? changedValues(without, content, record) : undefined;
    const merged = mergeFile(
      { ownership, record, current, wanted: content, required: true, ...(values && { values }) },
      policy,
    );
    return { file: fileOf(at, current, merged), record: merged.record };
  }
  if (without === undefined) {
    const made = await planCreation(workspace.root, { ...at, content }, fs);
    const stays = made.action === 'conflict' && policy === 'keep';
    return {
      file: stays
        ? fileOf(at, current, { action: 'skip', reason: 'edited', content: current ?? '' })
        : made,
      record: recordOf(content, ownership),
    };
  }
  const sections = sectionsAdded(path, rendered);
  if (current === undefined || sections.length === 0) return undefined;
  const extended = sections.reduce(insertSection, current);
  return { file: fileOf(at, current, { action: 'update', content: extended }), record };
}

/** Only what the added types change: other values are for `update` to bring up to date. */
function changedValues(
  without: string | undefined,
  content: string,
  record: RecordedFile | undefined,
): Map<string, Value> {
  const before = without === undefined ? new Map() : ownValues(without);
  const values = new Map<string, Value>(Object.entries(record?.values ?? {}));
  const after = ownValues(content);
  for (const pointer of new Set([...before.keys(), ...after.keys()])) {
    const value = after.get(pointer);
    if (JSON.stringify(before.get(pointer)) === JSON.stringify(value)) continue;
    if (value === undefined) values.delete(pointer);
    else values.set(pointer, value);
  }
  return values;
}

/** Sections of the file that the plugin had none of, which their headings tell. */
function sectionsAdded(
  path: string,
  { without, complete }: { readonly without: Rendering; readonly complete: Rendering },
): string[] {
  const before = without.sections.filter((section) => section.path === path).map(headingOf);
  return complete.sections
    .filter((section) => section.path === path && !before.includes(headingOf(section)))
    .map(({ content }) => content);
}

function headingOf({ content }: Section): string {
  return content.trimStart().split('\n', 1)[0] ?? '';
}
