import { Command, Option } from 'commander';
import { catalogue, types } from './catalogue.ts';
import { conflictPolicies } from './conflict-policy.ts';
import { CliError } from './errors.ts';
import { exampleAnswers, flagOf } from './flags.ts';
import { ownCommand } from './shell.ts';
import type { FlagShape } from './swallowed-flags.ts';

export interface Handlers {
  create(name: string | undefined, flags: Readonly<Record<string, unknown>>): Promise<void>;
  add(type: string | undefined, flags: Readonly<Record<string, unknown>>): Promise<void>;
  update(folders: readonly string[], flags: Readonly<Record<string, unknown>>): Promise<void>;
  check(url: string | undefined, flags: Readonly<Record<string, unknown>>): Promise<void>;
  doctor(folders: readonly string[], flags: Readonly<Record<string, unknown>>): Promise<void>;
  list(): Promise<void>;
}

export interface Output {
  readonly out: (text: string) => void;
}

/** The command line: commander reads it, zod judges it later. */
export function createProgram(version: string, handlers: Handlers, output: Output): Command {
  const program = new Command('create-vision-plugin').enablePositionalOptions();
  program
    .description('Makes a Vision Agents plugin that works before you change a line.')
    .argument('[name]', 'what the provider is called: acme, "Acme AI", @scope/acme')
    .addOption(
      new Option('--type <type>', `what it provides: ${types.join(', ')}`).argParser(appendList),
    )
    .option(
      '--dir <folder>',
      "the plugin's own folder (default: where plugins live, as packages/plugins/<name>)",
    )
    .option('--scope <scope>', "npm scope of the package (default: its siblings')")
    .option('--display-name <text>', 'the name as people write it')
    .option('--class-prefix <prefix>', 'starts the names of its classes: AcmeAI')
    .option('--env-prefix <prefix>', 'starts the names of its environment variables: ACME_AI')
    .option('--answers <file>', 'answers in JSON, under the names of the flags; - for stdin')
    .option('--workspace', 'make it in the workspace that is above; refuse where there is none')
    .option('--standalone', 'make it with a tool chain of its own')
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
  create-vision-plugin acme --type stt,tts,llm --transport tts=ws
  create-vision-plugin "Acme AI" --type realtime --dry-run=diff
  create-vision-plugin add vlm --to packages/plugins/acme`,
    )
    .configureHelp({
      optionTerm: (option) => option.flags.replace('--dry-run [mode]', '--dry-run[=summary|diff]'),
    })
    .action((name: string | undefined, flags: Record<string, unknown>) =>
      handlers.create(name, flags),
    );
  providerOptions(program);
  changeOptions(program);
  program
    .option('--install', 'run npm install afterwards')
    .option('--no-install', 'do not, and do not ask')
    .option('--git', 'make a git repository where there is none (the default, on its own)')
    .option('--no-git', 'make none');
  runOptions(program);

  const add = program
    .command('add')
    .description('add a type to a plugin that exists')
    .argument('[type]', `what it is to provide as well: ${types.join(', ')}`)
    .option('--to <folder>', "the plugin's folder (default: the one this is in)")
    .action((type: string | undefined, _: unknown, command: Command) =>
      handlers.add(type, givenFlags(program, command)),
    );
  providerOptions(add);
  changeOptions(add);
  runOptions(add);

  const update = program
    .command('update')
    .description("bring what belongs to this tool to this version's templates")
    .argument('[dir...]', "the plugins' folders (default: the one this is in)")
    .option('--all', 'every plugin of the workspace, or none')
    .option('--check', 'only tell whether there is anything to do (exit code 6)')
    .action((folders: string[], _: unknown, command: Command) =>
      handlers.update(folders, givenFlags(program, command)),
    );
  changeOptions(update);
  runOptions(update);

  const doctor = program
    .command('doctor')
    .description('find what is wrong with a plugin, also with one that was not made here')
    .argument('[dir...]', "the plugins' folders (default: the one this is in)")
    .option('--all', 'every plugin of the workspace')
    .option('--run', 'also run its tests, with the contract of its types')
    .option('--fix', 'mend what is safe to mend, in package.json and .env.example')
    .action((folders: string[], _: unknown, command: Command) =>
      handlers.doctor(folders, givenFlags(program, command)),
    );
  dryRunOption(doctor);
  runOptions(doctor);

  const check = program
    .command('check')
    .description("find out whether a service speaks OpenAI's protocol: then no plugin is needed")
    .argument('[url]', 'where the service is: http://localhost:11434/v1')
    .option('--model <name>', 'the model to ask (default: the first to talk to that is listed)')
    .option('--api-key-env <variable>', 'the environment variable that has the key')
    .addOption(new Option('--api-key [key]').hideHelp())
    .option('--timeout <seconds>', 'how long each of the probes may take (default: 30)')
    .addHelpText(
      'after',
      `
It asks the model four short questions, which cost about a hundred tokens; up to 256 each with a model that thinks
first. The key goes to that address only, is never shown, and no redirection is followed.

Examples:
  create-vision-plugin check http://localhost:11434/v1
  create-vision-plugin check https://api.acme.example/v1 --api-key-env ACME_API_KEY --model acme-large`,
    )
    .action((url: string | undefined, _: unknown, command: Command) =>
      handlers.check(url, givenFlags(program, command)),
    );
  printOptions(check);

  const list = program
    .command('list')
    .description('the types of plugins, their base class and what you implement')
    .action(() => handlers.list());
  printOptions(list);

  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: output.out,
      writeErr: output.out,
      outputError: () => undefined,
    });
  }
  return program;
}

/**
 * What was given for a command, also in front of it: `--dry-run update` must not write.
 *
 * @throws CliError `E_USAGE` for a flag that the command does not have
 */
function givenFlags(program: Command, command: Command): Record<string, unknown> {
  const own = command.options.map((option) => option.attributeName());
  const before = Object.entries(program.opts<Record<string, unknown>>()).filter(
    ([key]) => program.getOptionValueSource(key) === 'cli',
  );
  const stray = before.find(([key]) => !own.includes(key));
  if (stray !== undefined) {
    throw new CliError(
      'E_USAGE',
      `${flagOf(stray[0])} is not a flag of "${command.name()}".`,
      ownCommand([command.name(), '--help']),
    );
  }
  return { ...command.opts<Record<string, unknown>>(), ...Object.fromEntries(before) };
}

/** What is known of the provider. */
function providerOptions(command: Command): void {
  command
    .option('--transport <transport>', `how it talks to the provider (${transportsByType()})`)
    .option('--sdk <package@range>', "the vendor's client, for the transport sdk")
    .option('--base-url <url>', 'where the service is');
}

/** How files are changed. */
function changeOptions(command: Command): void {
  dryRunOption(command);
  command.addOption(
    new Option('--on-conflict <policy>', 'what to do about files that you changed').choices(
      conflictPolicies,
    ),
  );
}

function dryRunOption(command: Command): void {
  command.addOption(
    new Option('--dry-run [mode]', 'show what would be done, write nothing').choices([
      'summary',
      'diff',
    ]),
  );
}

/** How any command runs. */
function runOptions(command: Command): void {
  command
    .option('-y, --yes', 'take the defaults, ask nothing')
    .option('--no-input', 'ask nothing')
    .option('--json', 'print one JSON document')
    .option('--quiet', 'print errors only')
    .option('--verbose', 'print each step, and the stack of an error');
}

/** What a command prints that asks nothing. */
function printOptions(command: Command): void {
  command
    .option('--json', 'print one JSON document')
    .option('--quiet', 'print errors only')
    .option('--verbose', 'print the stack of an error');
}

function transportsByType(): string {
  return types.map((type) => `${type}: ${catalogue[type].transports.join(', ')}`).join('; ');
}

/** `--type stt --type tts` is `--type stt,tts`. */
function appendList(value: string, previous: unknown): string {
  return typeof previous === 'string' ? `${previous},${value}` : value;
}

/** The long flags of a program, as npm would see them. */
export function flagShapes(program: Command): FlagShape[] {
  const options = [program, ...program.commands].flatMap((command) => command.options);
  const shapes = options.flatMap(({ long, required }) =>
    typeof long === 'string' ? [{ long, takesValue: required }] : [],
  );
  return [...new Map(shapes.map((shape) => [shape.long, shape])).values()];
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
    if (!takesValue || next === '-' || (next !== undefined && !next.startsWith('-'))) continue;
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
