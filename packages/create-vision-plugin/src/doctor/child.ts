import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { messageOf, systemErrorCode } from '../errors.ts';

export interface ChildRun {
  /** Null where it was ended, or never started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it wrote to file descriptor 3. */
  readonly told: string;
  readonly timedOut: boolean;
  /** Why it could not be started. */
  readonly problem?: string;
}

export interface ChildOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly shell?: boolean;
}

/** Runs a program to its end. Rejects only when the signal is aborted; the program is ended then. */
export async function runChild(
  file: string,
  args: readonly string[],
  { cwd, env, signal, timeoutMs, shell = false }: ChildOptions,
): Promise<ChildRun> {
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  const child = spawn(file, args, {
    cwd,
    env,
    shell,
    signal: AbortSignal.any([signal, timeout]),
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const failed = new Promise<string>((resolve) => {
    child.on('error', (error) => {
      if (systemErrorCode(error) !== 'ABORT_ERR') resolve(messageOf(error));
    });
  });
  const ended = Promise.all([
    once(child, 'close').catch(() => once(child, 'close')),
    ...child.stdio.slice(1).map((stream) => textOf(stream)),
  ]).then(([, stdout = '', stderr = '', told = '']) => ({
    stdout,
    stderr,
    told,
  }));
  const outcome = await Promise.race([ended, failed]);
  signal.throwIfAborted();
  const timedOut = timeout.aborted;
  if (typeof outcome === 'string')
    return { exitCode: null, stdout: '', stderr: '', told: '', timedOut, problem: outcome };
  return { ...outcome, exitCode: child.exitCode, timedOut };
}

async function textOf(stream: unknown): Promise<string> {
  return isReadable(stream) ? text(stream) : '';
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream;
}

/** The environment without what npm tells its children: for a program that is not npm's child. */
export function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(?:npm_|INIT_CWD$|NODE_OPTIONS$)/i.test(name)),
  );
}
