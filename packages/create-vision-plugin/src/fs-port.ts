import type { StatsFs } from 'node:fs';
import * as fsp from 'node:fs/promises';

type Calls =
  | 'access'
  | 'chmod'
  | 'copyFile'
  | 'link'
  | 'lstat'
  | 'mkdir'
  | 'mkdtemp'
  | 'readFile'
  | 'readdir'
  | 'realpath'
  | 'rename'
  | 'rm'
  | 'rmdir'
  | 'stat'
  | 'unlink'
  | 'writeFile';

/** The file system as the engine sees it, so that a test can make any single call fail. */
export interface FileSystem extends Pick<typeof fsp, Calls> {
  statfs(path: string): Promise<StatsFs>;
}

export const realFileSystem: FileSystem = fsp;
