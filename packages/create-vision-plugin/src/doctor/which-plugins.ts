import { basename, dirname, join, resolve } from 'node:path';
import { CliError } from '../errors.ts';
import { exampleAnswers } from '../flags.ts';
import type { FileSystem } from '../fs-port.ts';
import { PROVENANCE_FILE } from '../ownership.ts';
import { readText } from '../plan.ts';
import { CORE } from '../ranges.ts';
import { ownCommand, pathFrom } from '../shell.ts';
import { PLUGIN_KEYWORD, workspaceOfAll } from '../workspace.ts';
import type { WorkspacePackage } from '../workspace.ts';
import { unlessMissing } from './installed.ts';
import { MANIFEST, parsePluginManifest } from './plugin-manifest.ts';
import { exists } from './subject.ts';

/**
 * The folders to examine, without symbolic links.
 *
 * @throws CliError `E_NOT_A_PLUGIN`, `E_NO_WORKSPACE`, `E_INPUT_NEEDED` or `E_USAGE`
 */
export async function whichPlugins(
  folders: readonly string[],
  all: boolean,
  cwd: string,
  fs: FileSystem,
): Promise<string[]> {
  if (all && folders.length > 0) {
    throw new CliError(
      'E_USAGE',
      'Give folders or --all, not both.',
      ownCommand(['doctor', '--all']),
    );
  }
  if (all) return everyPlugin(cwd, fs);
  const named =
    folders.length === 0 ? [await here(cwd, fs)] : folders.map((one) => resolve(cwd, one));
  const real: string[] = [];
  for (const folder of named) real.push(await requirePlugin(folder, cwd, fs));
  return [...new Set(real)];
}

/** Also those that lack the keyword by which they would be found. */
async function everyPlugin(cwd: string, fs: FileSystem): Promise<string[]> {
  const workspace = await workspaceOfAll(cwd, fs);
  const plugins: string[] = [];
  for (const one of workspace.packages) {
    const directory = join(workspace.root, one.directory);
    if (looksLikePlugin(one) || (await exists(join(directory, PROVENANCE_FILE), fs)))
      plugins.push(await fs.realpath(directory));
  }
  return plugins;
}

function looksLikePlugin({ directory, manifest }: WorkspacePackage): boolean {
  const { name = '', keywords, dependencies, devDependencies, peerDependencies } = manifest;
  const usesCore = [dependencies, devDependencies, peerDependencies].some(
    (ranges) => ranges?.[CORE] !== undefined,
  );
  const livesWithPlugins = basename(dirname(directory)) === 'plugins';
  return (
    keywords?.includes(PLUGIN_KEYWORD) === true ||
    (usesCore && (livesWithPlugins || /(?:^|\/)(?:vision-agents-)?plugin-/.test(name)))
  );
}

/** The nearest package at or above a folder. */
async function here(cwd: string, fs: FileSystem): Promise<string> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (await exists(join(folder, MANIFEST), fs)) {
      if (await isPlugin(folder, fs)) return folder;
      break;
    }
    if (dirname(folder) === folder) break;
  }
  throw new CliError(
    'E_INPUT_NEEDED',
    'No plugin is named, and this is not the folder of one.',
    `${ownCommand(['doctor', '--all'])}\nOr name its folder: ${ownCommand(['doctor', '<dir>'])}`,
  );
}

async function requirePlugin(folder: string, cwd: string, fs: FileSystem): Promise<string> {
  const shown = pathFrom(cwd, folder);
  const real = await unlessMissing(fs.realpath(folder));
  if (real === undefined)
    throw notPlugin(`There is no folder ${shown}.`, 'Name the folder of a plugin.');
  if (!(await fs.stat(real)).isDirectory())
    throw notPlugin(`${shown} is a file.`, 'Name the folder of a plugin.');
  if (await isPlugin(real, fs)) return real;
  const isPackage = await exists(join(real, MANIFEST), fs);
  throw notPlugin(
    isPackage
      ? `${shown} is no plugin: nothing in its package.json has to do with ${CORE}.`
      : `${shown} is no plugin: it has no package.json.`,
    `Name the folder of a plugin, or make one: ${ownCommand(['<name>', '--type', exampleAnswers.type])}`,
  );
}

function notPlugin(message: string, fix: string): CliError {
  return new CliError('E_NOT_A_PLUGIN', message, fix);
}

/** Whether a package means to be a plugin; one that cannot be read may be. */
async function isPlugin(folder: string, fs: FileSystem): Promise<boolean> {
  const text = await readText(join(folder, MANIFEST), fs);
  if (text === undefined) return false;
  if (await exists(join(folder, PROVENANCE_FILE), fs)) return true;
  const manifest = parsePluginManifest(text);
  if ('rule' in manifest) return true;
  const { keywords, dependencies, devDependencies, peerDependencies } = manifest;
  return (
    keywords?.includes(PLUGIN_KEYWORD) === true ||
    [dependencies, devDependencies, peerDependencies].some((ranges) => ranges?.[CORE] !== undefined)
  );
}
