import type { RunOptions } from './answers.ts';
import type { CommandContext, CommandOutcome } from './command.ts';
import { commit, prepare } from './engine.ts';
import type { EngineOptions } from './engine.ts';
import { CliError } from './errors.ts';
import type { Job, Planned } from './job.ts';
import { conflictPolicies } from './conflict-policy.ts';
import type { ConflictPolicy } from './conflict-policy.ts';
import { PROVENANCE_FILE } from './ownership.ts';
import { hasWork } from './plan.ts';
import { diffOf, filesResult, fileList, pluginsResult } from './report.ts';
import { ownCommand } from './shell.ts';
import type { Style } from './style.ts';
import type { Result } from './result.ts';

/** A change of plugins that exist: what is asked for, and in which words it is told. */
export interface Change {
  readonly command: 'add' | 'update';
  readonly job: (policy: ConflictPolicy) => Job;
  readonly run: RunOptions & { readonly onConflict?: ConflictPolicy | undefined };
  /** Only tells whether there is anything to do. */
  readonly check: boolean;
  /** The command as it was given, without `--on-conflict`, `--check` and `--dry-run`. */
  readonly words: readonly string[];
  readonly heading: (
    planned: Planned,
    style: Style,
    state: 'planned' | 'done' | 'nothing',
  ) => string;
  readonly next: (planned: Planned) => readonly string[];
}

/** Plans a change, and carries it out unless it conflicts with the user's, or is only to be shown. */
export async function carryOut(
  change: Change,
  options: EngineOptions,
  { style }: CommandContext,
): Promise<CommandOutcome> {
  const { run, check } = change;
  const job = change.job(run.onConflict ?? 'fail');
  const dryRun = check || run.dryRun !== undefined;
  const prepared = await prepare(job, { ...options, dryRun });
  const conflicts = prepared.plan.files.filter(({ action }) => action === 'conflict');
  const hasDrift = prepared.plan.files.some(
    ({ path, action }) =>
      (action === 'create' || action === 'update') && !path.endsWith(PROVENANCE_FILE),
  );
  if (check && (conflicts.length > 0 || hasDrift)) return drifted(change, prepared, style);
  if (conflicts.length > 0) return conflicting(change, prepared);
  if (dryRun || !hasWork(prepared.plan)) return told(change, prepared, style, true);
  const done = await commit(job, prepared.plan.root, options);
  return told(change, { ...done, warnings: prepared.warnings }, style, false);
}

function told(change: Change, planned: Planned, style: Style, dryRun: boolean): CommandOutcome {
  const { plan } = planned;
  const state = hasWork(plan) ? (dryRun ? 'planned' : 'done') : 'nothing';
  const heading = change.heading(planned, style, state);
  const result = resultOf(change, planned);
  if (state === 'nothing') return { result, text: `${heading}\n` };
  if (change.run.dryRun === 'diff') return { result, text: plan.files.map(diffOf).join('') };
  const lines = [heading, '', ...fileList(plan, style)];
  const next = change.next(planned).map((command) => `  ${style.bold(command)}`);
  const end = state === 'planned' ? ['', 'Nothing was written.'] : ['', 'Next:', ...next];
  return {
    result,
    text: `${[...lines, ...(next.length === 0 && state === 'done' ? [] : end)].join('\n')}\n`,
  };
}

function resultOf({ command, run, check, next }: Change, planned: Planned): Result {
  const { plan, warnings } = planned;
  return {
    schemaVersion: 1,
    command,
    ok: true,
    exitCode: 0,
    dryRun: check || run.dryRun !== undefined,
    plugins: pluginsResult(planned),
    files: filesResult(plan, run.dryRun === 'diff' ? 'all' : 'conflicts'),
    ...(hasWork(plan) ? { next: [...next(planned)] } : {}),
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
  };
}

/** Shows what is on both sides, and writes nothing. */
function conflicting(change: Change, planned: Planned): CommandOutcome {
  const { files } = planned.plan;
  const conflicts = files.filter(({ action }) => action === 'conflict');
  const paths = conflicts.map(({ path }) => path).join(', ');
  const policy = (name: ConflictPolicy): string =>
    ownCommand([...change.words, `--on-conflict=${name}`]);
  const [, keep, overwrite] = conflictPolicies;
  const error = new CliError(
    'E_CONFLICT',
    `You changed what this would change: ${paths}. Nothing was written.`,
    `Keep yours: ${policy(keep)}\nTake ours: ${policy(overwrite)}`,
  );
  return refusal(change, planned, error, conflicts.map(diffOf).join(''));
}

function drifted(change: Change, planned: Planned, style: Style): CommandOutcome {
  const error = new CliError(
    'E_DRIFT',
    'What belongs to create-vision-plugin is not as this version makes it.',
    ownCommand(change.words),
  );
  const lines = fileList(planned.plan, style);
  return refusal(change, planned, error, `${lines.join('\n')}\n`);
}

function refusal(
  change: Change,
  planned: Planned,
  { code, message, fix, exitCode }: CliError,
  text: string,
): CommandOutcome {
  const error = { code, message, ...(fix === undefined ? {} : { fix }) };
  const { next: _, ...result } = resultOf(change, planned);
  return { text, result: { ...result, ok: false, exitCode, error } };
}
