import { CliError } from './errors.ts';
import { realFileSystem } from './fs-port.ts';
import type { FileSystem } from './fs-port.ts';
import type { Job, JobContext, Phase, Planned } from './job.ts';
import { acquireLock, findInterrupted, recoverInterrupted, releaseLock } from './lock.ts';
import type { Release } from './release.ts';
import { commitPlan } from './transaction.ts';

export interface EngineOptions {
  readonly release: Release;
  /** Where the command was given. */
  readonly cwd: string;
  readonly fs?: FileSystem | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Awaited at the start of each phase, and before each file within `stage` and each step within `commit`. */
  readonly onPhase?: ((phase: Phase) => void | Promise<void>) | undefined;
}

/**
 * Resolves, renders, plans and checks. Writes nothing, but for rolling back a run that was killed; with `dryRun` not
 * even that.
 *
 * @throws CliError
 */
export async function prepare(
  job: Job,
  options: EngineOptions & { dryRun: boolean },
): Promise<Planned> {
  const context = contextOf(options);
  const { fs } = context;
  await context.enter('resolve');
  const warnings: string[] = [];
  for (const root of await job.roots(context)) {
    if (!options.dryRun) {
      await recoverInterrupted(root, fs);
    } else if ((await findInterrupted(root, fs)).length > 0) {
      warnings.push(
        'A run that was killed left files behind; the next run without --dry-run takes them back.',
      );
    }
  }
  const planned = await job.plan(context);
  return { ...planned, warnings: [...warnings, ...planned.warnings] };
}

/**
 * Carries a job out in the folder that it was prepared for.
 *
 * @throws CliError when nothing was written, or all of it was taken back
 */
export async function commit(job: Job, root: string, options: EngineOptions): Promise<Planned> {
  const context = contextOf(options);
  const { fs } = context;
  const { signal = new AbortController().signal } = options;
  await context.enter('lock');
  const lock = await acquireLock(root, fs, signal).catch((error: unknown) => {
    throw error instanceof CliError
      ? error
      : new CliError(
          'E_IO',
          `${String(error)}. Nothing was written.`,
          'Remove the cause, then run the command again.',
          { cause: error },
        );
  });
  let planned: Planned;
  try {
    planned = await job.plan(context);
    refuseConflicts(planned);
  } catch (error) {
    await releaseLock(lock, fs);
    throw error;
  }
  if (planned.plan.root !== root) {
    // Another run has made the folder meanwhile, so this one is about what is in it.
    await releaseLock(lock, fs);
    return commit(job, planned.plan.root, options);
  }
  await commitPlan(planned.plan, lock, { fs, signal, onStep: context.enter });
  await options.onPhase?.('done');
  return planned;
}

function contextOf({
  release,
  cwd,
  fs = realFileSystem,
  signal,
  onPhase,
}: EngineOptions): JobContext {
  return {
    release,
    cwd,
    fs,
    async enter(phase) {
      await onPhase?.(phase);
      signal?.throwIfAborted();
    },
  };
}

/** A conflict is shown before this; it gets here only when it came up meanwhile. */
function refuseConflicts({ plan }: Planned): void {
  const conflicts = plan.files.filter(({ action }) => action === 'conflict');
  if (conflicts.length === 0) return;
  throw new CliError(
    'E_CONFLICT',
    `You changed what this would change: ${conflicts.map(({ path }) => path).join(', ')}. Nothing was written.`,
    'Run the command again to see both sides.',
  );
}
