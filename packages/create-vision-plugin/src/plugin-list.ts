import { join, posix } from 'node:path';
import type { Answers } from './answers.ts';
import type { FileSystem } from './fs-port.ts';
import { titlesOf } from './names.ts';
import type { Place } from './place.ts';
import { fileOf, readText } from './plan.ts';
import type { PlannedFile } from './plan.ts';
import { findRegion } from './regions.ts';

/** Where a workspace lists its plugins, if it does: between the markers of a region, an entry a line. */
export const PLUGIN_LIST = 'docs/plugins.md';

/**
 * The list of the workspace with the entry of this plugin: a new one in the order of names, one that still is as it was
 * made as it has to be now. An entry that a person changed stays.
 *
 * @param before the answers the entry was made from
 * @returns nothing where the workspace has no list with a region
 */
export async function planListing(
  answers: Answers,
  before: Answers | undefined,
  { workspace, destination, standalone }: Place,
  fs: FileSystem,
): Promise<PlannedFile[]> {
  if (standalone) return [];
  const at = { path: PLUGIN_LIST, meaning: 'the list of plugins' };
  const current = await readText(join(workspace.root, PLUGIN_LIST), fs);
  const region = current === undefined ? undefined : findRegion(current);
  if (current === undefined || region === undefined) return [];
  const lines = region.text.split(/\r?\n/);
  const wanted = entryOf(answers, destination);
  const index = lines.findIndex((line) => line.includes(`](${linkTo(destination)})`));
  if (index === -1) insert(lines, answers.displayName, wanted);
  else if (before !== undefined && lines[index] === entryOf(before, destination))
    lines[index] = wanted;
  else if (lines[index] !== wanted)
    return [fileOf(at, current, { action: 'skip', reason: 'edited', content: current })];
  const text = lines.join(current.includes('\r\n') ? '\r\n' : '\n');
  const content = `${current.slice(0, region.start)}${text}${current.slice(region.end)}`;
  return [fileOf(at, current, { action: content === current ? 'unchanged' : 'update', content })];
}

function entryOf({ displayName, types, packageName }: Answers, destination: string): string {
  return `- [${displayName}](${linkTo(destination)}): ${titlesOf(types)} (\`${packageName}\`)`;
}

function linkTo(destination: string): string {
  return posix.relative(posix.dirname(PLUGIN_LIST), destination);
}

/** Puts an entry before the first whose name comes later, else after the last one. */
function insert(lines: string[], displayName: string, entry: string): void {
  const names = lines.map((line) => /^- \[(.+?)\]\(/.exec(line)?.[1]);
  const last = names.findLastIndex((name) => name !== undefined);
  const later = names.findIndex(
    (name) => name !== undefined && name.localeCompare(displayName, 'en') > 0,
  );
  if (later !== -1) lines.splice(later, 0, entry);
  else if (last !== -1) lines.splice(last + 1, 0, entry);
  else lines.splice(-1, 0, ...(lines.at(-2) === '' ? [] : ['']), entry, '');
}
