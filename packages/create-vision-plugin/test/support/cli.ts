import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

export const bin = join(import.meta.dirname, '..', '..', 'bin', 'create-vision-plugin.js');

export interface CliRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a plain shell: nothing of the package manager that runs the tests. */
export function plainEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|INIT_CWD$|CI$|NO_COLOR$|FORCE_COLOR$|NODE_)/i.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

/** Runs the built command as a process of its own, without a terminal. */
export async function runCli(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CliRun> {
  return runNode(cwd, [bin, ...args], env);
}

export async function runNode(
  cwd: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CliRun> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: plainEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode: z.nullable(z.number()).parse(exitCode), stdout, stderr };
}

/** Runs a line that was suggested, as a person's shell would, with the built command for `npx create-vision-plugin`. */
export async function runPasted(cwd: string, line: string): Promise<CliRun> {
  const script = `
    const { spawnSync } = require('node:child_process');
    process.exitCode = spawnSync('sh', ['-c', process.env.LINE], { stdio: 'inherit' }).status;`;
  return runNode(cwd, ['--eval', script], {
    LINE: line.trim().replaceAll('npx create-vision-plugin', '"$NODE" "$BIN"'),
    NODE: process.execPath,
    BIN: bin,
  });
}
