import { join } from 'node:path';
import * as z from 'zod';
import { settledSchema } from './answers.ts';
import type { Answers } from './answers.ts';
import { CliError, messageOf, systemErrorCode } from './errors.ts';
import type { FileSystem } from './fs-port.ts';
import { sha256 } from './hash.ts';
import { PROVENANCE_FILE } from './ownership.ts';
import type { Ownership } from './ownership.ts';

const leaf = z.union([z.string(), z.number(), z.boolean(), z.null()]);

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
      values: z.optional(z.record(z.string(), leaf)),
    }),
  ),
});

export type Provenance = z.infer<typeof provenanceSchema>;
export type RecordedHash = Provenance['files'][string];

interface RecordedFile {
  readonly path: string;
  readonly content: string;
  readonly ownership: Ownership;
}

/** The text of `.vision-plugin.json`: no times, no paths of a machine, so equal inputs give equal bytes. */
export function writeProvenance(
  source: { version: string; templates: string },
  answers: Answers,
  files: readonly RecordedFile[],
): string {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const provenance: Provenance = {
    schemaVersion: 1,
    generator: 'create-vision-plugin',
    version: source.version,
    templates: source.templates,
    answers,
    files: Object.fromEntries(
      sorted.map(({ path, content, ownership }) => {
        const hash = { class: ownership, sha256: sha256(content) };
        return [path, ownership === 'json' ? { ...hash, values: ownValues(content) } : hash];
      }),
    ),
  };
  return `${formatJson(provenance)}\n`;
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

/** Whether a file still is what was made; the user's own files and keys are theirs to change. */
export function isAsMade(content: string, recorded: RecordedHash): boolean {
  switch (recorded.class) {
    case 'seed':
    case 'block':
      return true;
    case 'managed':
      return hasHash(content, recorded.sha256);
    case 'json':
      return hasHash(content, recorded.sha256) || hasValues(content, recorded.values ?? {});
    default: {
      const unreachable: never = recorded.class;
      throw new Error(`Unknown class ${JSON.stringify(unreachable)}`);
    }
  }
}

/** What stays ours in a JSON document that we wrote: all but the version, which every release changes. */
function ownValues(content: string): Record<string, Leaf> {
  const { '/version': _, ...values } = leaves(JSON.parse(content));
  return values;
}

/** Git may have given the file the line ends of another system. */
function hasHash(content: string, hash: string): boolean {
  return sha256(content.replaceAll('\r\n', '\n')) === hash;
}

function hasValues(content: string, values: Readonly<Record<string, Leaf>>): boolean {
  let current: Record<string, Leaf>;
  try {
    current = leaves(JSON.parse(content));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
  return Object.entries(values).every(([pointer, value]) => current[pointer] === value);
}

type Leaf = z.infer<typeof leaf>;

/** Every scalar of a JSON document, by JSON pointer. */
export function leaves(value: unknown, pointer = ''): Record<string, Leaf> {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return { [pointer]: value };
  }
  if (typeof value !== 'object' || value === undefined) return {};
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => {
      return leaves(inner, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    }),
  );
}

/** JSON as formatters want it: lists of scalars on one line. */
function formatJson(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return `[${value.map((item) => formatJson(item, indent)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const lines = Object.entries(value).map(([key, inner]) => {
    return `${indent}  ${JSON.stringify(key)}: ${formatJson(inner, `${indent}  `)}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
}
