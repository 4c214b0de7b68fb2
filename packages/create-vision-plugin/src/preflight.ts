import { constants } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CliError, systemErrorCode } from './errors.ts';
import type { FileSystem } from './fs-port.ts';
import { PROVENANCE_FILE } from './ownership.ts';
import type { Place } from './place.ts';
import type { Plan } from './plan.ts';
import { isWithin } from './workspace.ts';
import type { Workspace } from './workspace.ts';

/**
 * Refuses a plan for a new plugin whose name or folder is taken.
 *
 * @throws CliError with the first obstacle
 */
export async function refuseUnmakeable(
  plan: Plan,
  { workspace, standalone }: Place,
  packageName: string,
  fs: FileSystem,
): Promise<void> {
  refuseTakenName(workspace, packageName, plan.destination);
  if (!standalone) await refuseOccupied(plan, fs);
  refuseConflicts(plan, standalone);
}

/**
 * Refuses a plan that could not be carried out completely, before a byte is written.
 *
 * @throws CliError with the first obstacle
 */
export async function refuseUnwritable(plan: Plan, fs: FileSystem): Promise<void> {
  for (const { path } of plan.files) await refuseOtherCase(plan.root, path, fs);
  const parents = new Set<string>();
  for (const { path } of plan.files) parents.add(await existingParent(join(plan.root, path), fs));
  const realRoot = await fs.realpath(plan.root);
  for (const parent of parents) await refuseOutside(parent, realRoot, fs);
  for (const parent of new Set([plan.root, ...parents])) await requireWritable(parent, fs);
  await requireSpace(plan, fs);
}

function refuseTakenName(workspace: Workspace, packageName: string, destination: string): void {
  const taken = workspace.packages.find(({ directory, manifest }) => {
    return directory !== destination && manifest.name?.toLowerCase() === packageName.toLowerCase();
  });
  if (taken === undefined) return;
  throw new CliError(
    'E_PACKAGE_TAKEN',
    `${taken.directory} is already called ${packageName}.`,
    'Choose another name or another --scope.',
  );
}

async function refuseOccupied(plan: Plan, fs: FileSystem): Promise<void> {
  const directory = join(plan.root, plan.destination);
  // npm makes `node_modules`, git leaves it behind, and the plan never touches it.
  const entries = (await readDirectory(directory, fs))?.filter((entry) => entry !== 'node_modules');
  if (entries !== undefined && entries.length > 0 && !entries.includes(PROVENANCE_FILE)) {
    const shown = entries.toSorted().slice(0, 5).join(', ');
    throw new CliError(
      'E_EXISTS',
      `${plan.destination} exists and is not empty: ${shown}${entries.length > 5 ? ', …' : ''}.`,
      'Choose another name, or another folder with --dir.',
    );
  }
}

function refuseConflicts(plan: Plan, standalone: boolean): void {
  const conflicts = plan.files
    .filter(({ action }) => action === 'conflict')
    .map(({ path }) => path);
  if (conflicts.length === 0) return;
  throw new CliError(
    'E_COLLISION',
    `${conflicts.length === 1 ? 'A file is' : 'Files are'} in the way: ${conflicts.join(', ')}.`,
    (retype) =>
      standalone
        ? `Move what is in the way, or keep it: ${retype({ onConflict: 'keep' })}`
        : 'Move or remove what is in the way, or choose another name.',
  );
}

/** On a case-insensitive disk `Acme` and `acme` are one: a repository that has both cannot be checked out there. */
async function refuseOtherCase(root: string, path: string, fs: FileSystem): Promise<void> {
  let directory = root;
  for (const segment of path.split('/')) {
    const entries = await readDirectory(directory, fs);
    if (entries === undefined) return;
    const twin = entries.find(
      (entry) => entry !== segment && entry.toLowerCase() === segment.toLowerCase(),
    );
    if (twin !== undefined) {
      throw new CliError(
        'E_COLLISION',
        `${join(directory, twin)} differs from ${segment} only in case.`,
        'Choose another name, or another folder with --dir.',
      );
    }
    directory = join(directory, segment);
  }
}

async function readDirectory(path: string, fs: FileSystem): Promise<string[] | undefined> {
  try {
    return await fs.readdir(path);
  } catch (error) {
    switch (systemErrorCode(error)) {
      case 'ENOENT':
        return undefined;
      case 'ENOTDIR':
        return refuseFile(path, fs);
      case 'EACCES':
      case 'EPERM':
        throw new CliError(
          'E_NOT_WRITABLE',
          `${path} cannot be read.`,
          `Give yourself access to ${path}.`,
          { cause: error },
        );
      default:
        throw error;
    }
  }
}

/** Files on the way to a file of the plan are collisions; the file itself is judged by its content. */
async function refuseFile(path: string, fs: FileSystem): Promise<undefined> {
  const parent = await existingParent(path, fs);
  throw new CliError(
    'E_COLLISION',
    `${parent} is a file where a folder is needed.`,
    'Move it, or choose another folder with --dir.',
  );
}

/** The closest ancestor that exists, the path itself included; a dangling link counts as existing. */
async function existingParent(path: string, fs: FileSystem): Promise<string> {
  for (let candidate = path; ; candidate = dirname(candidate)) {
    try {
      await fs.lstat(candidate);
      return candidate;
    } catch (error) {
      const code = systemErrorCode(error);
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || dirname(candidate) === candidate)
        throw error;
    }
  }
}

async function refuseOutside(path: string, realRoot: string, fs: FileSystem): Promise<void> {
  const real = await fs.realpath(path).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (real !== undefined && isWithin(real, realRoot)) return;
  throw new CliError(
    'E_OUTSIDE_ROOT',
    `${path} leads outside the workspace${real === undefined ? '' : `, to ${real}`}.`,
    'Choose a folder that is really inside the workspace with --dir.',
  );
}

async function requireWritable(path: string, fs: FileSystem): Promise<void> {
  try {
    await fs.access(path, constants.W_OK);
  } catch (error) {
    throw new CliError(
      'E_NOT_WRITABLE',
      `${path} is not writable.`,
      `Give yourself write access to ${basename(path)}, or work elsewhere.`,
      {
        cause: error,
      },
    );
  }
}

/** Twice what the files take in whole blocks, and a block for each folder: staging, journal and renames have room. */
async function requireSpace(plan: Plan, fs: FileSystem): Promise<void> {
  const { bavail, bsize, ffree, files: inodes } = await fs.statfs(plan.root);
  const written = plan.files.filter(({ action }) => action === 'create' || action === 'update');
  const folders = new Set(written.map(({ path }) => dirname(path))).size;
  const blocks = written.reduce((sum, { bytes }) => sum + Math.ceil(bytes / bsize), folders + 4);
  const entries = written.length + folders + 4;
  const roomForBytes = bavail >= blocks * 2;
  const roomForEntries = inodes === 0 || ffree >= entries;
  if (roomForBytes && roomForEntries) return;
  const missing = roomForBytes
    ? `${entries} free inodes`
    : `${Math.ceil((blocks * 2 * bsize) / 1024)} kB`;
  throw new CliError(
    'E_DISK_SPACE',
    `The disk of ${plan.root} is too full: ${missing} are needed.`,
    'Free some space, then run the command again.',
  );
}
