import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { runChild } from './child.ts';
import type { ChildRun } from './child.ts';

const LOAD_TIMEOUT_MS = 15_000;

const sourcesSchema = z.object({ sources: z.array(z.nullable(z.string())) });

const classSchema = z.object({
  key: z.string(),
  className: z.string(),
  exportedAs: z.array(z.string()),
  bases: z.array(z.string()),
  /** The base class that core has for the category; empty where it has none. */
  base: z.string(),
  isOfCategory: z.boolean(),
  hasOptions: z.boolean(),
  variables: z.array(z.string()),
});

const loadedSchema = z.object({
  reads: z.array(z.object({ variable: z.string(), at: z.string() })),
  resources: z.optional(z.array(z.string())),
  exports: z.optional(z.array(z.string())),
  plugin: z.optional(
    z.object({ isBranded: z.boolean(), name: z.string(), provides: z.array(classSchema) }),
  ),
  error: z.optional(
    z.object({ message: z.string(), code: z.optional(z.string()), at: z.optional(z.string()) }),
  ),
});

/** What importing a plugin showed. */
export type Loaded = z.infer<typeof loadedSchema>;
export type ProvidedClass = z.infer<typeof classSchema>;

export interface Probe {
  /** The sources as JavaScript, in their order; null for one that cannot be read so. */
  readonly sources: ReadonlyArray<string | null>;
  /** Undefined where there is no entry to import. */
  readonly loaded: Loaded | undefined;
}

export interface ProbeOptions {
  /** The plugin's folder, without symbolic links. */
  readonly directory: string;
  /** The file to import. */
  readonly entry: string | undefined;
  readonly sources: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Imports a plugin in a process of its own that has no variables of the user's, and so no keys. */
export async function probe(options: ProbeOptions): Promise<Probe> {
  const { directory, entry = '', sources, env, signal } = options;
  const script = fileURLToPath(new URL('./probe.js', import.meta.url));
  const run = await runChild(process.execPath, ['--no-warnings', script, directory, entry], {
    cwd: directory,
    env: systemVariables(env),
    signal,
    timeoutMs: LOAD_TIMEOUT_MS,
    input: sources.join('\n'),
  });
  const [first, second] = run.told
    .split('\n')
    .filter((line) => line !== '')
    .map(parsed);
  const stripped = sourcesSchema.safeParse(first).data?.sources ?? [];
  if (entry === '') return { sources: stripped, loaded: undefined };
  const loaded = loadedSchema.safeParse(second);
  if (loaded.success) return { sources: stripped, loaded: loaded.data };
  return { sources: stripped, loaded: { reads: [], error: { message: endOf(run) } } };
}

/** A plugin that writes where the probe tells is not heard. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // it is no answer of the probe
  }
}

/** Why there is no answer. */
function endOf({ timedOut, problem, exitCode, stderr }: ChildRun): string {
  const end = timedOut
    ? `it was not imported within ${LOAD_TIMEOUT_MS / 1_000} s`
    : `the process ended with ${exitCode ?? 'a signal'} while it was imported`;
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return problem ?? [end, last].filter((part) => part !== '').join(': ');
}

/** What programs need of any system. */
function systemVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const needed = /^(?:PATH|HOME|TMPDIR|TEMP|TMP|SYSTEMROOT|WINDIR|LANG|LC_ALL)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => needed.test(name)));
}
