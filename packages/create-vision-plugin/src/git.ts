import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CliError, messageOf, systemErrorCode } from './errors.ts';
import { realFileSystem } from './fs-port.ts';

/**
 * Makes a git repository of a folder that is in none.
 *
 * @param wanted whether it was asked for; otherwise a machine without git is fine
 * @returns a warning where it could not be made
 * @throws CliError `E_POST_STEP` when it was asked for and could not be made
 */
export async function makeRepository(
  folder: string,
  env: NodeJS.ProcessEnv,
  wanted: boolean,
): Promise<string | undefined> {
  if (await isInRepository(folder)) return undefined;
  try {
    await promisify(execFile)('git', ['-c', 'init.defaultBranch=main', 'init', '--quiet'], {
      cwd: folder,
      env,
    });
    return undefined;
  } catch (error) {
    const problem = `git init failed: ${messageOf(error).split('\n')[0] ?? ''}`;
    if (!wanted) return `The plugin was written, without a repository: ${problem}.`;
    throw new CliError('E_POST_STEP', `The plugin was written, but ${problem}.`, 'git init', {
      cause: error,
    });
  }
}

/** In a worktree and in a submodule `.git` is a file. */
async function isInRepository(folder: string): Promise<boolean> {
  for (let directory = folder; ; directory = dirname(directory)) {
    try {
      await realFileSystem.lstat(join(directory, '.git'));
      return true;
    } catch (error) {
      const code = systemErrorCode(error);
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    }
    if (dirname(directory) === directory) return false;
  }
}
