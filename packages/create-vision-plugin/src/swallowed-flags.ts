import { commands, isPluginType } from './catalogue.ts';
import { presentable } from './check/presentable.ts';
import { conflictPolicies } from './conflict-policy.ts';
import { CliError } from './errors.ts';
import { commandLine } from './shell.ts';

/** A long flag as npm would see it: `takesValue` is false for switches and for optional values. */
export interface FlagShape {
  readonly long: string;
  readonly takesValue: boolean;
}

/** Flags of ours that npm has a meaning for; only the first two are certain to have come from the command line. */
const alsoNpms = {
  certain: ['--dry-run', '--json'],
  ambiguous: [
    '--yes',
    '--scope',
    '--quiet',
    '--verbose',
    '--version',
    '--help',
    '--workspace',
    '--all',
    '--git',
  ],
};

/**
 * `npm create vision-plugin acme --type stt --dry-run` hands npm the flags and this program only
 * `["acme", "stt"]`: a request for a dry run would write.
 *
 * @throws CliError `E_NPM_SWALLOWED`, with the two commands that pass the flags on
 */
export function refuseSwallowedFlags(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  flags: readonly FlagShape[],
): void {
  if (env['npm_command'] !== 'exec' && env['npm_command'] !== 'init') return;
  const swallowed = flags.flatMap((flag) => {
    const word = swallowedAs(flag, argv, env);
    return word === undefined ? [] : [word];
  });
  if (swallowed.length === 0) return;
  const words = restore(argv, swallowed);
  const names = swallowed.map((flag) => flag.long).join(', ');
  throw new CliError(
    'E_NPM_SWALLOWED',
    `npm consumed ${names} before create-vision-plugin could see ${swallowed.length === 1 ? 'it' : 'them'}. Nothing was written.`,
    `${commandLine(['npx', 'create-vision-plugin', ...words])}\n${commandLine(['npm', 'create', 'vision-plugin', '--', ...words])}`,
  );
}

interface Swallowed extends FlagShape {
  value: string | undefined;
}

function swallowedAs(
  flag: FlagShape,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): Swallowed | undefined {
  if (alsoNpms.ambiguous.includes(flag.long)) return undefined;
  const negated = flag.long.startsWith('--no-');
  const key = flag.long.replace(/^--(no-)?/, '').replaceAll('-', '_');
  const value = env[`npm_config_${key}`];
  if (value === undefined) return undefined;
  const isFalse = value === '' || value === 'false';
  if (negated !== isFalse && !flag.takesValue) return undefined;
  if (alsoNpms.certain.includes(flag.long) && value !== 'true') return undefined;
  const present = argv.some((word) => word === flag.long || word.startsWith(`${flag.long}=`));
  if (present) return undefined;
  return {
    ...flag,
    value: flag.takesValue && value !== 'true' && value !== '' ? value : undefined,
  };
}

/** Refused by `check` too. */
const KEY_LONG = '--api-key';

/** How many words each command takes; the folders of the last two have no end. */
const wordsOf: Readonly<Record<(typeof commands)[number], number>> = {
  list: 0,
  add: 1,
  check: 1,
  update: Infinity,
  doctor: Infinity,
};

/** What a value looks like, of flags whose value can be told from other words. */
const looksLike: Readonly<Record<string, (word: string) => boolean>> = {
  '--type': isTypeList,
  '--on-conflict': (word) => conflictPolicies.some((policy) => policy === word),
  '--api-key-env': (word) => /^[A-Z][A-Z0-9_]*$/.test(word),
  '--timeout': (word) => /^\d+(?:\.\d+)?$/.test(word),
};

/** Puts flags and their values, which npm left behind as positional words, together again. */
function restore(argv: readonly string[], swallowed: readonly Swallowed[]): string[] {
  const first = argv.findIndex((word) => !word.startsWith('-'));
  const command = commands.find((name) => name === argv[first]);
  const left = command === undefined ? [...argv] : argv.toSpliced(first, 1);
  const resolved = new Map<string, string>();
  for (const { long, value, takesValue } of swallowed) {
    if (!takesValue) continue;
    const found = value ?? taken(left, (word) => looksLike[long]?.(word) === true);
    if (found !== undefined) resolved.set(long, found);
  }
  const positionals = left.filter((word) => !word.startsWith('-'));
  const kept = keptWords(command, positionals);
  const spare = positionals.filter((word) => !kept.includes(word));
  const unresolved = swallowed.filter((flag) => flag.takesValue && !resolved.has(flag.long));
  const [single] = unresolved;
  const [value] = spare;
  if (single !== undefined && unresolved.length === 1 && spare.length === 1 && value !== undefined)
    resolved.set(single.long, value);
  // A key on the command line is a word too many, and is not to be shown.
  const hasKey = swallowed.some(({ long }) => long === KEY_LONG);
  const isLost = unresolved.length > 0 || hasKey;
  const words = isLost ? left.filter((word) => !spare.includes(word)) : left;
  const flags = swallowed.flatMap(({ long, takesValue }) => {
    if (long === KEY_LONG) return ['--api-key-env', '<variable>'];
    return takesValue ? [long, resolved.get(long) ?? `<${long.slice(2)}>`] : [long];
  });
  return [...presentable([...(command === undefined ? [] : [command]), ...words, ...flags])];
}

/** The words that are no value of a flag: the first ones, unless their form tells which they are. */
function keptWords(
  command: (typeof commands)[number] | undefined,
  positionals: readonly string[],
): readonly string[] {
  const told =
    command === 'check'
      ? positionals.find((word) => word.includes('://'))
      : command === 'add'
        ? positionals.find(isTypeList)
        : undefined;
  if (told !== undefined) return [told];
  return positionals.slice(0, command === undefined ? 1 : wordsOf[command]);
}

/** Takes the first such word out of the list. */
function taken(words: string[], wanted: (word: string) => boolean): string | undefined {
  const index = words.findIndex(wanted);
  return index === -1 ? undefined : words.splice(index, 1)[0];
}

function isTypeList(word: string): boolean {
  return word.split(',').every(isPluginType);
}
