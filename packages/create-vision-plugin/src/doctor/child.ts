import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { messageOf } from '../errors.ts';

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
  /** What it reads from stdin. */
  readonly input?: string;
}

/** Runs a program to its end. Rejects only when the signal is aborted: it is ended then, with all that it started. */
export async function runChild(
  file: string,
  args: readonly string[],
  { cwd, env, signal, timeoutMs, shell = false, input = '' }: ChildOptions,
): Promise<ChildRun> {
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  const child = spawn(file, args, {
    cwd,
    env,
    shell,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    // A group of its own, so that all of it can be ended: npm starts a shell, which starts the tests.
    detached: process.platform !== 'win32',
  });
  const end = (): void => endGroup(child);
  const either = AbortSignal.any([signal, timeout]);
  either.addEventListener('abort', end, { once: true });
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(messageOf(error)));
  });
  // Whether it reads its input to the end is its own affair.
  child.stdin?.once('error', () => child.stdin?.destroy());
  child.stdin?.end(input);
  const [, ...outputs] = child.stdio;
  const ended = Promise.all([...outputs.map((stream) => textOf(stream)), once(child, 'close')]);
  try {
    const outcome = await Promise.race([ended, failed]);
    signal.throwIfAborted();
    const timedOut = timeout.aborted;
    if (typeof outcome === 'string')
      return { exitCode: null, stdout: '', stderr: '', told: '', timedOut, problem: outcome };
    const [stdout = '', stderr = '', told = ''] = outcome.map(String);
    return { exitCode: child.exitCode, stdout, stderr, told, timedOut };
  } finally {
    either.removeEventListener('abort', end);
  }
}

function endGroup(child: ChildProcess): void {
  if (process.platform === 'win32' || child.pid === undefined) {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL'); // the group is gone already
  }
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
