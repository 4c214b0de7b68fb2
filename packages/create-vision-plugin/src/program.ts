import { Command, Option } from 'commander';
import { availableTypes, catalogue, types } from './catalogue.ts';
import { CliError } from './errors.ts';
import { exampleAnswers, flagOf } from './flags.ts';
import { ownCommand } from './shell.ts';
import type { FlagShape } from './swallowed-flags.ts';

export interface Handlers {
  create(name: string | undefined, flags: Readonly<Record<string, unknown>>): Promise<void>;
  list(): Promise<void>;
}

export interface Output {
  readonly out: (text: string) => void;
}

/** The command line: commander reads it, zod judges it later. */
export function createProgram(version: string, handlers: Handlers, output: Output): Command {
  const program = new Command('create-vision-plugin')
    .description('Makes a Vision Agents plugin that works before you change a line.')
    .argument('[name]', 'what the provider is called: acme, "Acme AI", @scope/acme')
    .addOption(
      new Option('--type <type>', `what it provides: ${availableTypes.join(', ')}`).argParser(
        appendList,
      ),
    )
    .option('--transport <transport>', `how it talks to the provider (${transportsByType()})`)
    .option('--sdk <package@range>', "the vendor's client, for the transport sdk")
    .option('--base-url <url>', 'where the service is')
    .option(
      '--dir <folder>',
      "the plugin's own folder (default: where plugins live, as packages/plugins/<name>)",
    )
    .option('--scope <scope>', "npm scope of the package (default: its siblings')")
    .option('--display-name <text>', 'the name as people write it')
    .option('--class-prefix <prefix>', 'starts the names of its classes: AcmeAI')
    .option('--env-prefix <prefix>', 'starts the names of its environment variables: ACME_AI')
    .addOption(
      new Option('--dry-run [mode]', 'show what would be made, write nothing').choices([
        'summary',
        'diff',
      ]),
    )
    .option('--install', 'run npm install afterwards')
    .option('--no-install', 'do not, and do not ask')
    .option('-y, --yes', 'take the defaults, ask nothing')
    .option('--no-input', 'ask nothing')
    .option('--json', 'print one JSON document')
    .option('--quiet', 'print errors only')
    .option('--verbose', 'print each step, and the stack of an error')
    .version(version, '-V, --version')
    .helpOption('-h, --help', 'show this')
    .helpCommand(false)
    .showSuggestionAfterError(false)
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      `
Examples:
  create-vision-plugin acme --type stt
  create-vision-plugin "Acme AI" --type stt --dry-run=diff

Types to come: ${types.filter((type) => !availableTypes.includes(type)).join(', ')}`,
    )
    .configureHelp({
      optionTerm: (option) => option.flags.replace('--dry-run [mode]', '--dry-run[=summary|diff]'),
    })
    .action((name: string | undefined, flags: Record<string, unknown>) =>
      handlers.create(name, flags),
    );

  program
    .command('list')
    .description('the types of plugins, their base class and what you implement')
    .action(() => handlers.list());

  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: output.out,
      writeErr: output.out,
      outputError: () => undefined,
    });
  }
  return program;
}

function transportsByType(): string {
  return availableTypes
    .map((type) => `${type}: ${catalogue[type].available.join(', ')}`)
    .join('; ');
}

/** `--type stt --type tts` is `--type stt,tts`. */
function appendList(value: string, previous: unknown): string {
  return typeof previous === 'string' ? `${previous},${value}` : value;
}

/** The long flags of a program, as npm would see them. */
export function flagShapes(program: Command): FlagShape[] {
  return program.options.flatMap(({ long, required }) =>
    typeof long === 'string' ? [{ long, takesValue: required }] : [],
  );
}

/**
 * Arguments in the form commander expects: one `--` that a package manager passed on is dropped, and `--dry-run` gets
 * its value, or it would take the next word for it.
 */
export function tidyArguments(argv: readonly string[]): string[] {
  const words = argv[0] === '--' ? argv.slice(1) : argv;
  const end = words.indexOf('--');
  return words.map((word, index) =>
    word === '--dry-run' && (end === -1 || index < end) ? '--dry-run=summary' : word,
  );
}

/**
 * commander would take the next flag for the value: `--dir --dry-run` would write.
 *
 * @throws CliError `E_FLAG_INVALID`
 */
export function refuseMissingValues(words: readonly string[], flags: readonly FlagShape[]): void {
  for (const [index, word] of words.entries()) {
    if (word === '--') return;
    const next = words[index + 1];
    const takesValue = flags.some((flag) => flag.takesValue && flag.long === word);
    if (!takesValue || (next !== undefined && !next.startsWith('-'))) continue;
    const value = Object.entries(exampleAnswers).find(([key]) => flagOf(key) === word)?.[1];
    const completed = words.toSpliced(index + 1, 0, value ?? '<value>');
    throw new CliError('E_FLAG_INVALID', `${word} needs a value.`, ownCommand(completed));
  }
}

/**
 * commander would let the last one win.
 *
 * @throws CliError `E_USAGE`
 */
export function refuseContradictions(words: readonly string[], flags: readonly FlagShape[]): void {
  const end = words.indexOf('--');
  const given = end === -1 ? words : words.slice(0, end);
  for (const { long } of flags) {
    const negated = long.replace(/^--/, '--no-');
    if (!given.includes(long) || !given.includes(negated)) continue;
    throw new CliError(
      'E_USAGE',
      `Give ${long} or ${negated}, not both.`,
      ownCommand(words.filter((word) => word !== long)),
    );
  }
}
