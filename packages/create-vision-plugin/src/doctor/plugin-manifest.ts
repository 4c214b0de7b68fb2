import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import * as z from 'zod';
import { parseJsonText } from '../json-text.ts';
import type { Finding } from './finding.ts';

const dependencies = z.optional(z.record(z.string(), z.string()));

const pluginManifestSchema = z.object({
  name: z.optional(z.string()),
  version: z.optional(z.string()),
  private: z.optional(z.boolean()),
  license: z.optional(z.unknown()),
  keywords: z.optional(z.array(z.string())),
  type: z.optional(z.string()),
  sideEffects: z.optional(z.union([z.boolean(), z.array(z.string())])),
  main: z.optional(z.string()),
  types: z.optional(z.string()),
  exports: z.optional(z.unknown()),
  files: z.optional(z.array(z.string())),
  engines: z.optional(z.record(z.string(), z.string())),
  packageManager: z.optional(z.string()),
  scripts: z.optional(z.record(z.string(), z.string())),
  dependencies,
  devDependencies: dependencies,
  peerDependencies: dependencies,
  optionalDependencies: dependencies,
});

/** What doctor reads of a plugin's `package.json`. */
export type PluginManifest = z.infer<typeof pluginManifestSchema>;

export const MANIFEST = 'package.json';

/** The manifest in a text, or what is wrong with it. */
export function parsePluginManifest(text: string): PluginManifest | Finding {
  const readable = text.replace(/^\uFEFF/, '');
  try {
    JSON.parse(readable);
  } catch (error) {
    const sentence = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : '';
    return invalid(`It is not JSON: ${sentence}.`, lineOfError(readable));
  }
  const result = pluginManifestSchema.safeParse(parseJsonText(readable)?.document);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const pointer = `/${(issue?.path ?? []).map(String).join('/')}`;
  return invalid(`${pointer} cannot be: ${issue?.message ?? ''}.`, lineOf(readable, pointer));
}

function invalid(message: string, line: number | undefined): Finding {
  return {
    rule: 'manifest-invalid',
    level: 'error',
    message,
    file: MANIFEST,
    line,
    fix: 'Correct it: neither npm nor an agent can read the package.',
  };
}

/** The line of the first thing that is not JSON, counted from 1. */
function lineOfError(text: string): number | undefined {
  const errors: Parameters<typeof parseTree>[1] = [];
  parseTree(text, errors);
  const [first] = errors;
  return first === undefined ? undefined : lineAt(text, first.offset);
}

/** The line of a value in a JSON text, or of what is nearest above it. */
export function lineOf(text: string, pointer: string): number | undefined {
  const tree = parseTree(text);
  if (tree === undefined) return undefined;
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node !== undefined) return lineAt(text, node.parent?.offset ?? node.offset);
  }
  return undefined;
}

/** The line of a position in a text, counted from 1. */
function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** A name as it is written in a JSON pointer. */
export function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
