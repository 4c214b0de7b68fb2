import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, copyFile, cp, mkdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { npmSettings, systemPath } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

const execute = promisify(execFile);
/** The user without rights that every Unix has. */
const NOBODY = 65_534;

/** Somebody who owns none of a workspace: what they may do there is what they are allowed. */
export interface OtherUser {
  /** Runs a package's command as they do; rejects as {@link Sandbox.run} does. */
  npx(folder: string, ...args: string[]): Promise<string>;
  /** Lets them read a folder, and write in it too or not. */
  allow(folder: string, rights: 'read' | 'write'): Promise<void>;
}

/**
 * Another user with a home, a cache, Node and npm of their own. Only root can act as one; anybody else gives up their
 * own rights to the folders instead.
 *
 * @throws Error when this machine lets root be nobody else
 */
export async function makeOtherUser(sandbox: Sandbox, registry: string): Promise<OtherUser> {
  const isRoot = process.getuid?.() === 0;
  const home = 'other-user';
  await sandbox.write({ [`${home}/.npmrc`]: npmSettings(registry) });
  const env = {
    HOME: sandbox.path(home),
    NPM_CONFIG_USERCONFIG: sandbox.path(home, '.npmrc'),
    NPM_CONFIG_CACHE: sandbox.path(home, 'cache'),
  };
  const allow: OtherUser['allow'] = async (folder, rights) => {
    if (isRoot) await execute('chmod', ['-R', 'a+rX', sandbox.path(folder)]);
    await chmod(sandbox.path(folder), rights === 'write' ? 0o777 : isRoot ? 0o755 : 0o555);
  };
  if (!isRoot)
    return { allow, npx: (folder, ...args) => sandbox.run(folder, 'npx', args, { env }) };

  // What runs the tests may lie where only root can read.
  await chmod(sandbox.path(), 0o755);
  const tools = sandbox.path('tools');
  await mkdir(tools);
  await copyFile(process.execPath, join(tools, 'node'));
  await chmod(join(tools, 'node'), 0o755);
  const npm = dirname(dirname(await findNpm()));
  await cp(npm, join(tools, 'npm'), { recursive: true });
  await execute('chmod', ['-R', 'a+rX', tools]);
  for (const path of [home, `${home}/.npmrc`]) await chown(sandbox.path(path), NOBODY, NOBODY);
  const path = [tools, systemPath()].join(delimiter);
  const user = { uid: NOBODY, gid: NOBODY, env: { ...env, PATH: path } };
  const npx = join(tools, 'npm', 'bin', 'npx-cli.js');
  return { allow, npx: (folder, ...args) => sandbox.run(folder, 'node', [npx, ...args], user) };
}

/** The script that is npm: the one that runs this, or the one that a shell would find. */
async function findNpm(): Promise<string> {
  const found = systemPath()
    .split(delimiter)
    .map((folder) => join(folder, 'npm'));
  const script = [process.env['npm_execpath'] ?? '', ...found].find((path) => existsSync(path));
  if (script === undefined) throw new Error('There is no npm on the PATH');
  return realpath(script);
}
