import * as z from 'zod';
import type { RenderedFile } from './render.ts';

/** What a template's name starts with when it is not a file of its own but adds to one: `+README.md.hbs`. */
export const ADDITION = '+';

/** The line of a README above which the section of a further type goes. */
export const SECTION_ANCHOR =
  '<!-- vision-plugin: sections of further types go above this line -->';

/** Text that one part adds to a file of all parts. */
export interface Section {
  readonly path: string;
  readonly content: string;
}

export interface Rendering {
  readonly files: readonly RenderedFile[];
  /** What was added to Markdown files, which `add` adds to the file as it is by then. */
  readonly sections: readonly Section[];
}

/** Puts files and what was added to them together: JSON is merged, Markdown gets sections. */
export function compose(rendered: readonly RenderedFile[]): Rendering {
  const files = new Map<string, string>();
  const sections: Section[] = [];
  for (const { path, content } of rendered) {
    if (nameOf(path).startsWith(ADDITION)) continue;
    refuseClimbing(path);
    if (files.has(path)) throw new Error(`Two templates render ${path}.`);
    files.set(path, content);
  }
  for (const addition of rendered) {
    if (!nameOf(addition.path).startsWith(ADDITION)) continue;
    const path = addition.path.replace(/\+(?=[^/]*$)/, '');
    const base = files.get(path);
    if (base === undefined) throw new Error(`A template adds to ${path}, which none makes.`);
    if (path.endsWith('.json')) {
      files.set(path, mergeJson(base, addition.content));
    } else {
      files.set(path, insertSection(base, addition.content));
      sections.push({ path, content: addition.content });
    }
  }
  return { files: [...files].map(([path, content]) => ({ path, content })), sections };
}

/** An answer in the name of a template must not lead out of the plugin. */
function refuseClimbing(path: string): void {
  const isContained = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isContained || /[\\\0]/.test(path))
    throw new Error(`A template renders the path ${JSON.stringify(path)}.`);
}

/** The text with one section more: above the anchor, at the end where there is none. */
export function insertSection(text: string, section: string): string {
  const index = text.indexOf(SECTION_ANCHOR);
  if (index !== -1) return `${text.slice(0, index)}${section.trim()}\n\n${text.slice(index)}`;
  return `${text.trimEnd()}\n\n${section.trim()}\n`;
}

const listSchema = z.array(z.string());
const objectSchema = z.record(z.string(), z.unknown());
/** Objects whose keys npm sorts. */
const sorted = ['dependencies', 'devDependencies', 'peerDependencies', 'peerDependenciesMeta'];

function mergeJson(base: string, addition: string): string {
  const merged = merge(objectSchema.parse(JSON.parse(base)), JSON.parse(addition));
  return `${JSON.stringify(merged, null, 2)}\n`;
}

/** Objects are merged, lists of words become one without repetition, in order; any other value is replaced. */
function merge(base: unknown, addition: unknown, key = ''): unknown {
  const lists = z.tuple([listSchema, listSchema]).safeParse([base, addition]);
  if (lists.success) return [...new Set(lists.data.flat())].toSorted();
  const [left, right] = [objectSchema.safeParse(base), objectSchema.safeParse(addition)];
  if (!left.success || !right.success) return addition;
  const list = Object.entries(left.data);
  let before = '';
  for (const [name, value] of Object.entries(right.data)) {
    const known = list.find(([other]) => other === name);
    if (known) known[1] = merge(known[1], value, name);
    else list.splice(placeAfter(list, before), 0, [name, value]);
    before = name;
  }
  return Object.fromEntries(
    sorted.includes(key) ? list.toSorted(([a], [b]) => (a < b ? -1 : 1)) : list,
  );
}

/** A new key follows the one that it follows in the addition; else it comes last. */
function placeAfter(list: ReadonlyArray<readonly [string, unknown]>, key: string): number {
  const index = list.findIndex(([name]) => name === key);
  return index === -1 ? list.length : index + 1;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
