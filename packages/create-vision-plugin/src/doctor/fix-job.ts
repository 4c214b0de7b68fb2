import { join } from 'node:path';
import type { FileSystem } from '../fs-port.ts';
import type { Job, JobContext, Planned } from '../job.ts';
import { mergeJsonText, parseJsonText, valuesOf } from '../json-text.ts';
import type { Value } from '../json-text.ts';
import { meaningOf } from '../ownership.ts';
import { pathIn } from '../place.ts';
import type { Place } from '../place.ts';
import { fileOf, readText } from '../plan.ts';
import type { PlannedFile } from '../plan.ts';
import { refuseUnwritable } from '../preflight.ts';
import type { Edit } from './finding.ts';
import { MANIFEST } from './plugin-manifest.ts';

/** What is to be mended in one plugin. */
export interface Repair {
  readonly place: Place;
  readonly edits: readonly Edit[];
}

/** Mends plugins of one root: their `package.json` and `.env.example`, and nothing else. */
export function fixJob(root: string, repairs: readonly Repair[]): Job {
  return {
    roots: () => Promise.resolve([root]),
    plan: (context) => planRepairs(root, repairs, context),
  };
}

async function planRepairs(
  root: string,
  repairs: readonly Repair[],
  { fs, enter }: JobContext,
): Promise<Planned> {
  await enter('plan');
  const files: PlannedFile[] = [];
  for (const { place, edits } of repairs) {
    const { destination } = place;
    const values = edits.filter((edit) => 'pointer' in edit);
    const variables = edits.flatMap((edit) => ('variable' in edit ? [edit.variable] : []));
    if (values.length > 0)
      files.push(await planText(root, destination, MANIFEST, fs, (text) => setAll(text, values)));
    if (variables.length > 0)
      files.push(
        await planText(root, destination, '.env.example', fs, (text) => name(text, variables)),
      );
  }
  const [first] = repairs;
  const destination = repairs.length === 1 ? (first?.place.destination ?? '') : '';
  const plan = { root, destination, files };
  await enter('preflight');
  await refuseUnwritable(plan, fs, {
    standalone: repairs.some(({ place }) => place.standalone),
  });
  return { plan, plugins: [], warnings: [] };
}

async function planText(
  root: string,
  destination: string,
  path: string,
  fs: FileSystem,
  change: (text: string) => string,
): Promise<PlannedFile> {
  const at = { path: pathIn(destination, path), meaning: meaningOf(path) };
  const before = await readText(join(root, at.path), fs);
  const content = change(before ?? '');
  if (content === before) return fileOf(at, before, { action: 'unchanged', content });
  return fileOf(at, before, { action: before === undefined ? 'create' : 'update', content });
}

/** Everything else in the text stays byte for byte. */
function setAll(
  text: string,
  edits: ReadonlyArray<{ readonly pointer: string; readonly value: Value | undefined }>,
): string {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const bare = text.slice(mark.length);
  const current = valuesOf(parseJsonText(bare)?.document);
  const [base, wanted] = [new Map<string, Value>(), new Map<string, Value>()];
  for (const { pointer, value } of edits) {
    const now = current.get(pointer);
    if (now !== undefined) base.set(pointer, now);
    if (value !== undefined) wanted.set(pointer, value);
  }
  return mark + (mergeJsonText(bare, base, wanted)?.text ?? bare);
}

/** The text with a line for each variable that it does not name. */
function name(text: string, variables: readonly string[]): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const missing = variables.filter((variable) => !new RegExp(`^${variable}=`, 'm').test(text));
  if (missing.length === 0) return text;
  const start = text === '' || text.endsWith('\n') ? text : text + end;
  return start + missing.map((variable) => `${variable}=${end}`).join('');
}
