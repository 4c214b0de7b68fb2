import { join } from 'node:path';
import type { FileSystem } from '../fs-port.ts';
import { PROVENANCE_FILE } from '../ownership.ts';
import { placeOf } from '../place.ts';
import type { Place } from '../place.ts';
import { readText } from '../plan.ts';
import type { Release } from '../release.ts';
import { commandLine, pathFrom } from '../shell.ts';
import { CORE } from '../ranges.ts';
import { unlessMissing, installedFor } from './installed.ts';
import type { Installed } from './installed.ts';
import { probe } from './load.ts';
import type { Loaded } from './load.ts';
import { entryOf, exportTargets } from './package-exports.ts';
import type { ExportTarget } from './package-exports.ts';
import { readCode } from './plugin-files.ts';
import type { CodeFile } from './plugin-files.ts';
import type { PluginManifest } from './plugin-manifest.ts';
import { factsOf } from './source-facts.ts';
import type { SourceFacts } from './source-facts.ts';

/** What every check may use. */
export interface DoctorContext {
  readonly fs: FileSystem;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly release: Release;
  /** Where the command was given, for commands to paste. */
  readonly cwd: string;
}

export interface AnalysedFile extends CodeFile {
  /** Undefined where this Node.js cannot read it. */
  readonly facts: SourceFacts | undefined;
}

/** A plugin as it lies on the disk, with what importing it showed. */
export interface Subject {
  /** Absolute, without symbolic links. */
  readonly directory: string;
  readonly place: Place;
  readonly manifest: PluginManifest;
  readonly manifestText: string;
  readonly targets: readonly ExportTarget[];
  /** The file that importing the package runs, and whether it is there. */
  readonly entry: ExportTarget | undefined;
  readonly isBuilt: boolean;
  readonly code: readonly AnalysedFile[];
  readonly loaded: Loaded | undefined;
  /** The core that the plugin gets. */
  readonly core: Installed | undefined;
  readonly context: DoctorContext;
}

/** Reads all that the checks need. */
export async function examineSubject(
  directory: string,
  manifest: PluginManifest,
  manifestText: string,
  context: DoctorContext,
): Promise<Subject> {
  const { fs, env, signal } = context;
  const place = await placeOf(directory, await isOnItsOwn(directory, fs), fs);
  const targets = exportTargets(manifest);
  const entry = entryOf(targets);
  const isBuilt = entry !== undefined && (await exists(join(directory, entry.path), fs));
  const code = await readAll(directory, targets, fs);
  const source = code.find(({ path }) => /^src\/index\.[cm]?[jt]s$/.test(path));
  const toImport = isBuilt ? entry.path : source?.path;
  const { sources, loaded } = await probe({
    directory,
    entry: toImport === undefined ? undefined : join(directory, toImport),
    sources: code.map(({ path }) => join(directory, path)),
    env,
    signal,
  });
  return {
    directory,
    place,
    manifest,
    manifestText,
    targets,
    entry,
    isBuilt,
    code: code.map((file, index) => {
      const javascript = sources[index];
      return { ...file, facts: javascript == null ? undefined : factsOf(javascript) };
    }),
    loaded,
    core: await installedFor(directory, CORE, fs),
    context,
  };
}

/** What is built is no source, unless there is no other. */
async function readAll(
  directory: string,
  targets: readonly ExportTarget[],
  fs: FileSystem,
): Promise<CodeFile[]> {
  const outputs = targets.flatMap(({ path }) => {
    const [first = '', ...rest] = path.split('/');
    return rest.length === 0 || first === 'src' ? [] : [first];
  });
  const code = await readCode(directory, outputs, fs);
  return code.some(({ kind }) => kind === 'source') ? code : readCode(directory, [], fs);
}

/** Whether a plugin has a tool chain of its own, also below a workspace. */
async function isOnItsOwn(directory: string, fs: FileSystem): Promise<boolean> {
  const marks = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', '.git'];
  const provenance = await unlessMissing(fs.readFile(join(directory, PROVENANCE_FILE), 'utf8'));
  if (provenance !== undefined && /"standalone": true/.test(provenance)) return true;
  for (const mark of marks) if (await exists(join(directory, mark), fs)) return true;
  return false;
}

export async function exists(path: string, fs: FileSystem): Promise<boolean> {
  return (await unlessMissing(fs.stat(path))) !== undefined;
}

/** A text of the plugin, undefined where there is none. */
export function textOf(subject: Subject, path: string): Promise<string | undefined> {
  return readText(join(subject.directory, path), subject.context.fs);
}

/** A command to paste that runs in the plugin's folder, or with `root` where npm installs. */
export function commandIn(
  { directory, place, context }: Subject,
  words: readonly string[],
  where: 'plugin' | 'root' = 'plugin',
): string {
  const folder = where === 'root' ? place.workspace.root : directory;
  const command = commandLine(words);
  return folder === context.cwd
    ? command
    : `${commandLine(['cd', pathFrom(context.cwd, folder)])} && ${command}`;
}

/** The line on which a text first has a word, counted from 1. */
export function lineWith(text: string, word: string): number | undefined {
  const index = text.split('\n').findIndex((line) => line.includes(word));
  return index === -1 ? undefined : index + 1;
}

/** Where the sources first have a word: for what importing the plugin cannot tell. */
export function whereIs(
  { code }: Subject,
  word: string,
): { readonly file?: string; readonly line?: number | undefined } {
  const file = code.find(({ kind, text }) => kind === 'source' && text.includes(word));
  return file === undefined ? {} : { file: file.path, line: lineWith(file.text, word) };
}
