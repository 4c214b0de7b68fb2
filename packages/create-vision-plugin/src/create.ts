import { answerFlags, chooseTransport, flagOf, parseAnswers, runSchema } from './answers.ts';
import type { GivenAnswers, RunOptions } from './answers.ts';
import type { CommandContext, CommandOutcome } from './command.ts';
import { commit, prepare } from './engine.ts';
import type { EngineOptions } from './engine.ts';
import { CliError } from './errors.ts';
import { npmInstall } from './install.ts';
import { hasWork } from './plan.ts';
import type { Release } from './release.ts';
import { creationResult, creationText, installCommand } from './report.ts';
import type { CreationReport } from './report.ts';
import type { CompleteAnswers } from './settle.ts';
import { commandLine } from './shell.ts';
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
  const { answers: typed, run } = splitFlags(name, flags);
  const silence = silenceReason(run, context.env);
  const given = await complete(parseAnswers(typed), typed, silence, context.signal);
  for (const type of given.type) chooseTransport(type, given.transport);

  const cwd = whereWeAre(context.cwd, context.env);
  const options: EngineOptions = {
    release,
    cwd,
    signal: context.signal,
    onPhase: run.verbose === true ? (phase) => context.log(phase) : undefined,
  };
  const prepared = await prepare(given, { ...options, dryRun: run.dryRun !== undefined });
  const report: CreationReport = { prepared, dryRun: run.dryRun, cwd, install: 'not-run' };
  if (run.dryRun !== undefined || !hasWork(prepared.plan)) return outcome(report, context);
  const install =
    run.install ??
    (silence === undefined && (await (await import('./prompts.ts')).askInstall(context.signal)));
  const made = await commit(given, prepared.plan.root, options);
  return finish({ ...report, prepared: made }, install, context);
}

async function finish(
  report: CreationReport,
  install: boolean,
  context: CommandContext,
): Promise<CommandOutcome> {
  if (!install) return outcome(report, context);
  try {
    await npmInstall(report.prepared.plan.root, context.env, installCommand(report));
    return outcome({ ...report, install: 'done' }, context);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const { result, text } = outcome({ ...report, install: 'failed' }, context);
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

/**
 * Asks for the answers that have no default.
 *
 * @throws CliError `E_INPUT_NEEDED`, naming all of them, where no question can be asked
 */
async function complete(
  given: GivenAnswers,
  typed: RawFlags,
  silence: string | undefined,
  signal: AbortSignal,
): Promise<CompleteAnswers> {
  const { name, type } = given;
  if (name !== undefined && type !== undefined) return { ...given, name, type };
  if (silence === undefined) {
    const { askName, askType } = await import('./prompts.ts');
    const asked = {
      ...typed,
      name: typed['name'] ?? (await askName(signal)),
      type: typed['type'] ?? (await askType(signal)),
    };
    return complete(parseAnswers(asked), asked, 'a question was left open', signal);
  }
  const missing = [
    ...(name === undefined ? ['name'] : []),
    ...(type === undefined ? [flagOf('type')] : []),
  ];
  const example = { type: 'stt', ...typed };
  const shownName = typeof typed['name'] === 'string' ? typed['name'] : 'acme';
  throw new CliError(
    'E_INPUT_NEEDED',
    `${missing.length === 1 ? 'An answer is' : `${missing.length} answers are`} missing: ${missing.join(', ')}. Nothing is asked, because ${silence}.`,
    commandLine(['npx', 'create-vision-plugin', shownName, ...answerFlags(example)]),
  );
}
