import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { repository } from '../registry/sandbox.ts';
import type { Sandbox } from '../registry/sandbox.ts';

const Summary = z.object({
  tasks: z.array(
    z.object({
      task: z.string(),
      package: z.string(),
      execution: z
        .object({ startTime: z.number(), endTime: z.number(), exitCode: z.number().nullish() })
        .nullish(),
    }),
  ),
});

/** A script of a package that was run. */
export interface TaskRun {
  readonly packageName: string;
  readonly task: string;
  readonly durationMs: number;
  readonly ok: boolean;
}

/** What a run of Turborepo did, and what those printed that failed. */
export interface TurboRun {
  readonly tasks: readonly TaskRun[];
  readonly failure: string | undefined;
  readonly durationMs: number;
}

const MOST_MS = 60 * 60_000;

/** Runs tasks of a workspace to the end, whichever of them fail. */
export async function runTurbo(
  sandbox: Sandbox,
  root: string,
  args: readonly string[],
): Promise<TurboRun> {
  const runs = sandbox.path(root, '.turbo/runs');
  await rm(runs, { recursive: true, force: true });
  const turbo = join(repository, 'node_modules/.bin/turbo');
  const always = ['--continue=always', '--summarize', '--output-logs=errors-only'];
  const startMs = performance.now();
  const failure = await sandbox
    .run(root, turbo, ['run', ...args, ...always], { timeoutMs: MOST_MS })
    .then(
      () => undefined,
      (error: unknown) => String(error instanceof Error ? error.message : error),
    );
  const durationMs = performance.now() - startMs;
  return { tasks: await readTasks(runs), failure, durationMs };
}

async function readTasks(runs: string): Promise<TaskRun[]> {
  const [file] = await readdir(runs).catch(() => []);
  if (file === undefined) return [];
  const summary = Summary.parse(JSON.parse(await readFile(join(runs, file), 'utf8')));
  return summary.tasks.flatMap(({ task, package: packageName, execution }) =>
    execution
      ? [
          {
            packageName,
            task,
            durationMs: execution.endTime - execution.startTime,
            ok: (execution.exitCode ?? 0) === 0,
          },
        ]
      : [],
  );
}
