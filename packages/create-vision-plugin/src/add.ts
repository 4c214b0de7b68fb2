import { resolve } from 'node:path';
import { additionSchema, changeRunSchema, parseAddition } from './answers.ts';
import { addJob } from './add-job.ts';
import { carryOut } from './change.ts';
import type { CommandContext, CommandOutcome } from './command.ts';
import { CliError } from './errors.ts';
import { exampleAnswers, flagOf } from './flags.ts';
import { realFileSystem } from './fs-port.ts';
import { titlesOf } from './names.ts';
import { PROVENANCE_FILE } from './ownership.ts';
import { findPlugin } from './place.ts';
import type { Release } from './release.ts';
import { ownCommand, pathFrom } from './shell.ts';
import { silenceReason } from './terminal.ts';
import { whereWeAre } from './workspace.ts';

type RawFlags = Readonly<Record<string, unknown>>;

/** Adds types to a plugin that exists. */
export async function add(
  type: string | undefined,
  flags: RawFlags,
  release: Release,
  context: CommandContext,
): Promise<CommandOutcome> {
  const entries = Object.entries(flags).filter(([, value]) => value !== undefined);
  const typed: RawFlags = Object.fromEntries(entries.filter(([key]) => isAnswer(key)));
  const run = changeRunSchema.parse(Object.fromEntries(entries.filter(([key]) => !isAnswer(key))));
  const answered = { ...typed, type: type ?? (await askForType(run, context)) };
  const cwd = whereWeAre(context.cwd, context.env);
  try {
    const { to, ...given } = parseAddition(answered);
    const directory = await whichPlugin(to, cwd);
    return await carryOut(
      {
        command: 'add',
        job: (onConflict) => addJob({ directory, given, onConflict }),
        run,
        check: false,
        words: wordsOf({ ...answered, to: pathFrom(cwd, directory) }),
        heading: ({ plugins: [plugin] }, style, state) => {
          const name = style.bold(plugin?.answers.packageName ?? '');
          const added = titlesOf(given.type);
          if (state === 'nothing') return `Unchanged: ${name} has ${added} already.`;
          return `${state === 'planned' ? 'Would add' : 'Added'} ${added} to ${name}`;
        },
        next: ({ plugins: [plugin] }) => [
          'npm install',
          plugin?.answers.standalone === true
            ? 'npm test'
            : `npm test -w ${plugin?.answers.packageName ?? ''}`,
        ],
      },
      {
        release,
        cwd,
        signal: context.signal,
        onPhase: run.verbose === true ? (phase) => context.log(phase) : undefined,
      },
      context,
    );
  } catch (error) {
    throw error instanceof CliError
      ? error.inCommand((other, defaults) =>
          ownCommand(wordsOf({ ...defaults, ...answered, ...other })),
        )
      : error;
  }
}

function isAnswer(key: string): boolean {
  return Object.hasOwn(additionSchema.shape, key);
}

/** The command again, as it was given. */
function wordsOf(answers: RawFlags): string[] {
  const { type, ...others } = answers;
  const flags = Object.entries(others).flatMap(([key, value]) =>
    typeof value === 'string' ? [flagOf(key), value] : [],
  );
  return ['add', ...(typeof type === 'string' ? [type] : []), ...flags];
}

/** @throws CliError `E_INPUT_NEEDED` where no question can be asked */
async function askForType(
  run: Parameters<typeof silenceReason>[0],
  { env, signal }: CommandContext,
): Promise<string> {
  const silence = silenceReason(run, env);
  if (silence === undefined) return (await import('./prompts.ts')).askType(signal);
  throw new CliError(
    'E_INPUT_NEEDED',
    `An answer is missing: type. Nothing is asked, because ${silence}.`,
    ownCommand(['add', exampleAnswers.type]),
  );
}

async function whichPlugin(to: string | undefined, cwd: string): Promise<string> {
  if (to !== undefined) return resolve(cwd, to);
  const here = await findPlugin(cwd, PROVENANCE_FILE, realFileSystem);
  if (here !== undefined) return here;
  throw new CliError(
    'E_INPUT_NEEDED',
    'No plugin is named, and there is none at or above this directory.',
    (retype) => retype({ to: '<dir>' }),
  );
}
