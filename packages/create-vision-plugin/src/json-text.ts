import { applyEdits, modify, parseTree } from 'jsonc-parser';
import type { JSONPath, Node, ParseError } from 'jsonc-parser';
import * as z from 'zod';

const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What we write into a JSON document: single values, and lists of them, which are owned item by item. */
export const valueSchema = z.union([scalarSchema, z.array(scalarSchema)]);

type Scalar = z.infer<typeof scalarSchema>;
export type Value = z.infer<typeof valueSchema>;
/** Values by JSON pointer. */
export type Values = ReadonlyMap<string, Value>;

/** Every value of a JSON document. Lists of anything but scalars are of no interest. */
export function valuesOf(document: unknown, pointer = ''): Map<string, Value> {
  const own = valueSchema.safeParse(document);
  if (own.success) return new Map([[pointer, own.data]]);
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return new Map();
  return new Map(
    Object.entries(document).flatMap(([key, inner]) => [
      ...valuesOf(inner, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    ]),
  );
}

/** What stays ours in a JSON document that we wrote: all but the version, which every release changes. */
export function ownValues(content: string): Map<string, Value> {
  const values = valuesOf(JSON.parse(content));
  values.delete('/version');
  return values;
}

/** The document in a text, which may have comments; undefined where it cannot be read. */
export function parseJsonText(text: string): { document: unknown } | undefined {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  return errors.length > 0 || tree === undefined ? undefined : { document: documentOf(tree) };
}

/** The parser's own objects would take a key `__proto__` for their prototype. */
function documentOf({ type, value, children = [] }: Node): unknown {
  if (type === 'array') return children.map(documentOf);
  if (type !== 'object') return value;
  return Object.fromEntries(
    children.flatMap(({ children: [name, inner] = [] }) =>
      name === undefined || inner === undefined ? [] : [[String(name.value), documentOf(inner)]],
    ),
  );
}

/** What became of a document, and the pointers that the user has changed, where nothing was done. */
export interface MergedJson {
  readonly text: string;
  readonly kept: readonly string[];
}

/**
 * Brings what we wrote (`base`) to what we would write now (`wanted`). A value that the user changed or removed
 * stays so; of a list, their items stay and ours change. Everything else in the text stays byte for byte.
 *
 * @returns undefined where the text is not JSON
 */
export function mergeJsonText(text: string, base: Values, wanted: Values): MergedJson | undefined {
  const parsed = parseJsonText(text);
  if (parsed === undefined) return undefined;
  const current = valuesOf(parsed.document);
  const kept: string[] = [];
  let merged = text;
  for (const pointer of new Set([...base.keys(), ...wanted.keys()])) {
    const [before, now, next] = [base.get(pointer), current.get(pointer), wanted.get(pointer)];
    const decision = decide(before, now, next, isFree(parsed.document, pointer));
    if (decision === 'keep') kept.push(pointer);
    else if (decision !== 'leave') merged = write(merged, pointer, decision.value, wanted);
  }
  return { text: merged, kept };
}

type Decision = 'keep' | 'leave' | { readonly value: Value | undefined };

function decide(
  before: Value | undefined,
  now: Value | undefined,
  next: Value | undefined,
  free: boolean,
): Decision {
  if (isEqual(before, next) || isEqual(now, next)) return 'leave';
  if (now === undefined) return before === undefined && free ? { value: next } : 'keep';
  if (isEqual(now, before)) return { value: next };
  if (!Array.isArray(now) || !Array.isArray(next ?? []))
    return next === undefined ? 'leave' : 'keep';
  return mergeLists(listOf(before), now, listOf(next));
}

/** The user's items, without those that we no longer write and with those that we write now. */
function mergeLists(before: Scalar[], now: Scalar[], next: Scalar[]): Decision {
  const dropped = before.filter((item) => !next.includes(item));
  const added = next.filter((item) => !before.includes(item) && !now.includes(item));
  const value = [...now.filter((item) => !dropped.includes(item)), ...added];
  return isEqual(value, now) ? 'leave' : { value };
}

function listOf(value: Value | undefined): Scalar[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a value can be put there without taking the place of another: objects all the way, then nothing. */
function isFree(document: unknown, pointer: string): boolean {
  let place: unknown = document;
  for (const key of segments(pointer)) {
    if (typeof place !== 'object' || place === null || Array.isArray(place)) return false;
    if (!Object.hasOwn(place, key)) return true;
    place = Object.entries(place).find(([name]) => name === key)?.[1];
  }
  return false;
}

function write(text: string, pointer: string, value: Value | undefined, wanted: Values): string {
  const path: JSONPath = segments(pointer);
  const parent = pointer.slice(0, pointer.lastIndexOf('/'));
  const name = path.at(-1);
  const siblings = [...wanted.keys()].flatMap((key) => siblingName(key, parent));
  return applyEdits(
    text,
    modify(text, path, value, {
      formattingOptions: formattingOf(text),
      getInsertionIndex: (names) => insertionIndex(names, String(name), siblings),
    }),
  );
}

/** In order where the object is in order, else after the neighbour that it has in what we write. */
function insertionIndex(names: string[], name: string, siblings: readonly string[]): number {
  const isSorted =
    names.length > 1 && names.every((one, at) => at === 0 || (names[at - 1] ?? '') <= one);
  if (isSorted) {
    const next = names.findIndex((one) => one > name);
    return next === -1 ? names.length : next;
  }
  const before = siblings.slice(0, siblings.indexOf(name));
  return names.findLastIndex((one) => before.includes(one)) + 1;
}

function siblingName(pointer: string, parent: string): string[] {
  if (!pointer.startsWith(`${parent}/`)) return [];
  const [first] = segments(pointer.slice(parent.length));
  return first === undefined ? [] : [first];
}

function formattingOf(text: string): { tabSize: number; insertSpaces: boolean; eol: string } {
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  return {
    tabSize: indent.length,
    insertSpaces: !indent.startsWith('\t'),
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

function segments(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Lists are equal when they have the same items: a formatter or a person may have put them in order. */
function isEqual(a: Value | undefined, b: Value | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((item) => b.includes(item));
}
