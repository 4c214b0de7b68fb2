import { CommanderError } from 'commander';
import { commands, nearCommand } from './catalogue.ts';
import { presentable } from './check/presentable.ts';
import type { CommandContext, CommandOutcome } from './command.ts';
import { closest } from './did-you-mean.ts';
import { CliError, interruption, messageOf } from './errors.ts';
import { list } from './list.ts';
import {
  createProgram,
  flagShapes,
  refuseContradictions,
  refuseMissingValues,
  tidyArguments,
} from './program.ts';
import type { Result } from './result.ts';
import { ownCommand } from './shell.ts';
import { styleFor } from './style.ts';
import { refuseSwallowedFlags } from './swallowed-flags.ts';
import type { FlagShape } from './swallowed-flags.ts';

/** Runs the command line and prints its result. Returns the exit code; never rejects. */
export async function main(argv: readonly string[]): Promise<number> {
  const words = tidyArguments(argv);
  const wants = (flag: string): boolean => words.includes(flag);
  const controller = new AbortController();
  const onInterrupt = (): void => controller.abort(interruption('SIGINT'));
  const onTerminate = (): void => controller.abort(interruption('SIGTERM'));
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  let command: Result['command'] = 'create';
  try {
    const outcome = await run(words, controller.signal, (name) => {
      command = name;
    });
    if (outcome === undefined) return 0;
    if (wants('--json')) printJson(outcome.result);
    else if (!wants('--quiet')) process.stdout.write(outcome.text);
    if (outcome.result.error !== undefined && !wants('--json')) printError(outcome.result.error);
    else if (!wants('--json'))
      for (const warning of outcome.result.warnings ?? []) process.stderr.write(`${warning}\n`);
    return outcome.result.exitCode;
  } catch (error) {
    const known = error instanceof CliError ? error : internal(error);
    const { code, message, fix } = known;
    const problem = { code, message, ...(fix === undefined ? {} : { fix }) };
    if (wants('--json')) {
      printJson({ schemaVersion: 1, command, ok: false, exitCode: known.exitCode, error: problem });
    } else {
      printError(problem);
    }
    if (wants('--verbose'))
      process.stderr.write(`${error instanceof Error ? stackOf(error) : String(error)}\n`);
    return known.exitCode;
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
  }
}

async function run(
  words: readonly string[],
  signal: AbortSignal,
  onCommand: (name: Result['command']) => void,
): Promise<CommandOutcome | undefined> {
  const context: CommandContext = {
    env: process.env,
    cwd: process.cwd(),
    signal,
    style: styleFor(process.stdout, process.env),
    log: (line) => process.stderr.write(`${line}\n`),
  };
  let outcome: CommandOutcome | undefined;
  const program = createProgram(
    CLI_VERSION,
    {
      create: async (name, flags) => {
        const [{ create, release }] = await Promise.all([
          import('./writing.ts'),
          import('./generators.ts'), // read at once with the others; it is needed a little later
        ]);
        outcome = await create(name, flags, release, context);
      },
      add: async (type, flags) => {
        const { add, release } = await import('./writing.ts');
        outcome = await add(type, flags, release, context);
      },
      update: async (folders, flags) => {
        const { release, update } = await import('./writing.ts');
        outcome = await update(folders, flags, release, context);
      },
      check: async (url, flags) => {
        const { check } = await import('./check/check.ts');
        outcome = await check(url, flags, context);
      },
      doctor: async (folders, flags) => {
        const [{ doctor }, { release }] = await Promise.all([
          import('./doctor/doctor.ts'),
          import('./writing.ts'),
        ]);
        outcome = await doctor(folders, flags, release, context);
      },
      list: async () => {
        outcome = list(context);
      },
    },
    { out: (text) => process.stdout.write(text) },
  );
  const flags = flagShapes(program);
  onCommand(commandOf(words, flags));
  refuseSwallowedFlags(words, process.env, flags);
  const shown = presentable(words);
  refuseMissingValues(shown, flags);
  refuseContradictions(shown, flags);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw usageError(error, shown, flags);
  }
  return outcome;
}

/** The command that is asked for: the first word that is neither a flag nor the value of one. */
function commandOf(words: readonly string[], flags: readonly FlagShape[]): Result['command'] {
  const takesValue = (word: string | undefined): boolean =>
    flags.some((flag) => flag.takesValue && flag.long === word);
  const first = words.find((word, index) => !word.startsWith('-') && !takesValue(words[index - 1]));
  return commands.find((name) => name === first) ?? 'create';
}

/** What commander refuses, in our words and with our exit code. */
function usageError(
  error: CommanderError,
  words: readonly string[],
  flags: readonly FlagShape[],
): CliError {
  const [told = ''] = error.message.replace(/^error: /, '').split('\n');
  // What was typed may be a key: for a flag that there is not, or where an address was wanted.
  const sentence = told.replace(/('--[^'=]+)=[^']*'/, "$1'").replace(/( got \d+): .*$/, '$1');
  const message = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`
    .replaceAll("'", '"')
    .replace(/\.?$/, '.');
  const help = 'npx create-vision-plugin --help';
  switch (error.code) {
    case 'commander.unknownOption': {
      const wrong = /"([^"=]+)/.exec(message)?.[1] ?? '';
      const meant = closest(
        wrong,
        flags.map(({ long }) => long),
      );
      // A flag of another command is no slip.
      if (meant === undefined || meant === wrong)
        return new CliError('E_FLAG_UNKNOWN', message, help);
      const corrected = words.map((word) =>
        word.split('=')[0] === wrong ? word.replace(wrong, meant) : word,
      );
      return new CliError(
        'E_FLAG_UNKNOWN',
        `${message} Did you mean ${meant}?`,
        ownCommand(corrected),
      );
    }
    case 'commander.excessArguments': {
      const [word = ''] = words;
      const near = commands.some((command) => command === word) ? undefined : nearCommand(word);
      return near === undefined
        ? new CliError('E_USAGE', message, help)
        : new CliError(
            'E_USAGE',
            `${message} Did you mean the command ${near}?`,
            ownCommand([near]),
          );
    }
    case 'commander.invalidArgument':
    case 'commander.optionMissingArgument':
      return new CliError('E_FLAG_INVALID', message, help);
    default:
      return new CliError('E_USAGE', message, help);
  }
}

function internal(error: unknown): CliError {
  return new CliError(
    'E_INTERNAL',
    `This is a bug: ${messageOf(error)}`,
    'Report it, with what --verbose prints.',
    { cause: error },
  );
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

function printJson(result: Result): void {
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

function printError({ code, message, fix }: NonNullable<Result['error']>): void {
  const style = styleFor(process.stderr, process.env);
  const lines = fix === undefined ? [] : fix.split('\n').map((line) => `  ${line}`);
  process.stderr.write(`${[`${style.red(code)}  ${message}`, ...lines].join('\n')}\n`);
}
