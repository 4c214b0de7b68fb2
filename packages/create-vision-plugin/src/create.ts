import { join } from 'node:path';
import { chooseTransports, parseAnswers, runSchema } from './answers.ts';
import type { GivenAnswers, RunOptions } from './answers.ts';
import { nearCommand } from './catalogue.ts';
import type { CommandContext, CommandOutcome } from './command.ts';
import { createJob } from './create-job.ts';
import { commit, prepare } from './engine.ts';
import type { EngineOptions } from './engine.ts';
import { CliError } from './errors.ts';
import { EXAMPLE_NAME, exampleAnswers, flagOf } from './flags.ts';
import type { Planned } from './job.ts';
import { hasWork } from './plan.ts';
import type { Release } from './release.ts';
import { creationResult, creationText, installCommand, installFolder } from './report.ts';
import type { CreationReport } from './report.ts';
import { retypeCommand } from './retype.ts';
import type { CompleteAnswers } from './settle.ts';
import { ownCommand } from './shell.ts';
import { silenceReason } from './terminal.ts';
import { whereWeAre } from './workspace.ts';

type RawFlags = Readonly<Record<string, unknown>>;

/** The default command: asks for what is missing, makes the plugin, and says what to do next. */
export async function create(
  name: string | undefined,
  flags: RawFlags,
  release: Release,
  context: CommandContext,
): Promise<CommandOutcome> {
  const { answers: flagged, run } = splitFlags(name, flags);
  const filed = await fromFile(run.answers, context);
  const answers = { ...filed, ...flagged };
  const silence = silenceReason(run, context.env);
  const typed = await inCommand(answers, run, () => complete(answers, silence, context.signal));
  return inCommand(typed, run, () => make(typed, run, silence, release, context));
}

/** What is suggested in an error is the command with its answers and with the way it runs. */
async function inCommand<T>(typed: RawFlags, run: RunOptions, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw error instanceof CliError
      ? error.inCommand((...other) => retypeCommand(typed, run, ...other))
      : error;
  }
}

async function make(
  typed: RawFlags,
  run: RunOptions,
  silence: string | undefined,
  release: Release,
  context: CommandContext,
): Promise<CommandOutcome> {
  const given = requireAnswers(parseAnswers(typed), silence ?? 'a question was left open');
  chooseTransports(given.type, given.transport);

  const cwd = whereWeAre(context.cwd, context.env);
  const options: EngineOptions = {
    release,
    cwd,
    signal: context.signal,
    onPhase: run.verbose === true ? (phase) => context.log(phase) : undefined,
  };
  const job = createJob(given, { mode: modeOf(given), onConflict: run.onConflict });
  const prepared = await prepare(job, { ...options, dryRun: run.dryRun !== undefined });
  refuseNeedlessRepository(run, prepared);
  const report: CreationReport = { prepared, dryRun: run.dryRun, cwd, install: 'not-run' };
  if (run.dryRun !== undefined || !hasWork(prepared.plan)) return outcome(report, context);
  const install =
    run.install ??
    (silence === undefined && (await (await import('./prompts.ts')).askInstall(context.signal)));
  const made = await commit(job, prepared.plan.root, options);
  return finish({ ...report, prepared: made }, { ...run, install }, context);
}

/** @throws CliError `E_USAGE` for `--git` in a workspace, whose repository is another's business */
function refuseNeedlessRepository({ git }: RunOptions, { plugins }: Planned): void {
  if (git !== true || plugins.some(({ answers }) => answers.standalone === true)) return;
  throw new CliError(
    'E_USAGE',
    'A plugin of a workspace has no repository of its own.',
    (retype) => `Leave out --git, or make it on its own: ${retype({ mode: 'standalone' })}`,
  );
}

/** @throws CliError `E_USAGE` when both are asked for */
function modeOf({ workspace, standalone }: GivenAnswers): 'workspace' | 'standalone' | undefined {
  if (workspace === true && standalone === true) {
    throw new CliError('E_USAGE', 'Give --workspace or --standalone, not both.', (retype) =>
      retype({ standalone: undefined }),
    );
  }
  if (standalone === true) return 'standalone';
  return workspace === true ? 'workspace' : undefined;
}

/** What follows once all is written: its failure takes nothing back. */
async function finish(
  report: CreationReport,
  { git, install }: RunOptions,
  context: CommandContext,
): Promise<CommandOutcome> {
  const { prepared } = report;
  let done = report;
  try {
    const isOnItsOwn = prepared.plugins.some(({ answers }) => answers.standalone === true);
    if (isOnItsOwn && git !== false) {
      const { makeRepository } = await import('./git.ts');
      const folder = join(prepared.plan.root, prepared.plan.destination);
      const warning = await makeRepository(folder, context.env, git === true);
      if (warning !== undefined)
        done = { ...done, prepared: { ...prepared, warnings: [...prepared.warnings, warning] } };
    }
    if (install !== true) return outcome(done, context);
    const { npmInstall } = await import('./install.ts');
    await npmInstall(installFolder(prepared), context.env, installCommand(report));
    return outcome({ ...done, install: 'done' }, context);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const { result, text } = outcome({ ...done, install: 'failed' }, context);
    const { code, message, exitCode, fix } = error;
    return {
      text,
      result: {
        ...result,
        ok: false,
        exitCode,
        error: { code, message, ...(fix === undefined ? {} : { fix }) },
      },
    };
  }
}

function outcome(report: CreationReport, context: CommandContext): CommandOutcome {
  return { result: creationResult(report), text: creationText(report, context.style) };
}

/** What `--answers` has; a flag on the command line wins over it. */
async function fromFile(source: string | undefined, context: CommandContext): Promise<RawFlags> {
  if (source === undefined) return {};
  const { readAnswers } = await import('./answers-file.ts');
  return readAnswers(source, whereWeAre(context.cwd, context.env), process.stdin);
}

function splitFlags(
  name: string | undefined,
  flags: RawFlags,
): { answers: RawFlags; run: RunOptions } {
  const runKeys = Object.keys(runSchema.shape);
  const entries = Object.entries(flags).filter(([, value]) => value !== undefined);
  const run = runSchema.parse(Object.fromEntries(entries.filter(([key]) => runKeys.includes(key))));
  const answers = Object.fromEntries(entries.filter(([key]) => !runKeys.includes(key)));
  return { answers: name === undefined ? answers : { ...answers, name }, run };
}

/** Asks for the answers that have no default, where a question can be asked. */
async function complete(
  typed: RawFlags,
  silence: string | undefined,
  signal: AbortSignal,
): Promise<RawFlags> {
  const { name, type, transport } = parseAnswers(typed);
  if (silence !== undefined || (name !== undefined && type !== undefined)) return typed;
  const { askName, askTransport, askType } = await import('./prompts.ts');
  const named = name === undefined ? { ...typed, name: await askName(signal) } : typed;
  if (type !== undefined) return named;
  const chosen = { ...named, type: await askType(signal) };
  if (transport !== undefined) return chosen;
  return { ...chosen, transport: await askTransport(signal, chosen.type) };
}

/** @throws CliError `E_INPUT_NEEDED`, naming all that is missing */
function requireAnswers(given: GivenAnswers, silence: string): CompleteAnswers {
  const { name, type } = given;
  if (name !== undefined && type !== undefined) return { ...given, name, type };
  const missing = [
    ...(name === undefined ? ['name'] : []),
    ...(type === undefined ? [flagOf('type')] : []),
  ];
  const near = type === undefined && name !== undefined ? nearCommand(name.slug) : undefined;
  const hint = near === undefined ? '' : ` Did you mean the command ${near}?`;
  const defaults = { name: EXAMPLE_NAME, type: exampleAnswers.type };
  throw new CliError(
    'E_INPUT_NEEDED',
    `${missing.length === 1 ? 'An answer is' : `${missing.length} answers are`} missing: ${missing.join(', ')}. Nothing is asked, because ${silence}.${hint}`,
    (retype) => {
      const command = retype({}, defaults);
      return near === undefined ? command : `${command}\nOr: ${ownCommand([near])}`;
    },
  );
}
