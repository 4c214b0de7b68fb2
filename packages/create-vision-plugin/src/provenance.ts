import { join } from 'node:path';
import * as z from 'zod';
import { settledSchema } from './answers.ts';
import { CliError, messageOf, systemErrorCode } from './errors.ts';
import type { FileSystem } from './fs-port.ts';
import { sha256 } from './hash.ts';
import { parseJsonText, valueSchema, valuesOf } from './json-text.ts';
import type { Value } from './json-text.ts';
import { PROVENANCE_FILE } from './ownership.ts';
import type { Ownership } from './ownership.ts';
import { findRegion } from './regions.ts';

const containedPath = z.string().refine((path) => {
  const segments = path.split('/');
  return (
    !path.includes('\\') &&
    !path.includes('\0') &&
    segments.every((part) => part !== '' && part !== '.' && part !== '..')
  );
}, 'is not a path inside the plugin');

/** Untrusted input: it is validated, and every path in it stays inside the plugin. */
const provenanceSchema = z.object({
  schemaVersion: z.literal(1),
  generator: z.literal('create-vision-plugin'),
  version: z.string(),
  templates: z.string(),
  answers: settledSchema,
  files: z.record(
    containedPath,
    z.object({
      class: z.enum(['seed', 'managed', 'json', 'block']),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** For `json`: every value we wrote, by JSON pointer. */
      values: z.optional(z.record(z.string(), valueSchema)),
    }),
  ),
});

export type Provenance = z.infer<typeof provenanceSchema>;
/** What is known of a file since it was made: of a `block` file, the hash of the region alone. */
export type RecordedFile = Provenance['files'][string];

/** What to remember of a file that was just made. */
export function recordOf(content: string, ownership: Ownership): RecordedFile {
  const owned = ownership === 'block' ? (findRegion(content)?.text ?? content) : content;
  const record = { class: ownership, sha256: sha256(owned.replaceAll('\r\n', '\n')) };
  if (ownership !== 'json') return record;
  return { ...record, values: Object.fromEntries(valuesOf(JSON.parse(content))) };
}

/** The text of `.vision-plugin.json`: no times, no paths of a machine, so equal inputs give equal bytes. */
export function writeProvenance({
  version,
  templates,
  answers,
  files,
}: Pick<Provenance, 'answers' | 'files' | 'templates' | 'version'>): string {
  const provenance: Provenance = {
    schemaVersion: 1,
    generator: 'create-vision-plugin',
    version,
    templates,
    answers,
    files: inOrder(
      Object.entries(files).map(([path, { values, ...record }]) => [
        path,
        values === undefined ? record : { ...record, values: inOrder(Object.entries(values)) },
      ]),
    ),
  };
  return `${formatJson(provenance)}\n`;
}

function inOrder<T>(entries: ReadonlyArray<readonly [string, T]>): Record<string, T> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The provenance of a directory, or undefined where there is none.
 *
 * @throws CliError `E_PROVENANCE` when it is there and cannot be trusted
 */
export async function readProvenance(
  directory: string,
  fs: FileSystem,
): Promise<Provenance | undefined> {
  const path = join(directory, PROVENANCE_FILE);
  try {
    return provenanceSchema.parse(JSON.parse(await fs.readFile(path, 'utf8')));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new CliError(
      'E_PROVENANCE',
      `${path} cannot be used: ${reason}`,
      'Restore it from version control, or choose another name or --dir.',
      {
        cause: error,
      },
    );
  }
}

/** @throws CliError `E_NOT_A_PLUGIN` where there is none, `E_PROVENANCE` when it cannot be trusted */
export async function requireProvenance(directory: string, fs: FileSystem): Promise<Provenance> {
  const provenance = await readProvenance(directory, fs);
  if (provenance !== undefined) return provenance;
  throw new CliError(
    'E_NOT_A_PLUGIN',
    `${directory} has no ${PROVENANCE_FILE}, so create-vision-plugin did not make it.`,
    'Name the folder of a plugin that it made.',
  );
}

/** Whether a file still is what was made; the user's own files and keys are theirs to change. */
export function isAsMade(content: string, recorded: RecordedFile): boolean {
  switch (recorded.class) {
    case 'seed':
      return true;
    case 'managed':
      return hasHash(content, recorded.sha256);
    case 'block':
      return hasHash(findRegion(content)?.text ?? '', recorded.sha256);
    case 'json':
      return hasHash(content, recorded.sha256) || hasValues(content, recorded.values ?? {});
    default: {
      const unreachable: never = recorded.class;
      throw new Error(`Unknown class ${JSON.stringify(unreachable)}`);
    }
  }
}

/** Git may have given the file the line ends of another system. */
function hasHash(content: string, hash: string): boolean {
  return sha256(content.replaceAll('\r\n', '\n')) === hash;
}

/** Whether every value is there, and every item of every list. */
function hasValues(content: string, values: Readonly<Record<string, Value>>): boolean {
  const parsed = parseJsonText(content);
  if (parsed === undefined) return false;
  const current = valuesOf(parsed.document);
  return Object.entries(values).every(([pointer, value]) => {
    const now = current.get(pointer);
    return Array.isArray(value) && Array.isArray(now)
      ? value.every((item) => now.includes(item))
      : now === value;
  });
}

/** JSON as formatters want it: a list on one line where it fits. */
function formatJson(value: unknown, indent = '', key = ''): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => JSON.stringify(item));
    const line = `[${items.join(', ')}]`;
    // What comes before it on the line, and the comma after it.
    if (indent.length + key.length + line.length + 1 <= LINE_WIDTH) return line;
    return `[\n${items.map((item) => `${indent}  ${item}`).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const lines = Object.entries(value).map(([name, inner]) => {
    const start = `${JSON.stringify(name)}: `;
    return `${indent}  ${start}${formatJson(inner, `${indent}  `, start)}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
}

const LINE_WIDTH = 100;
