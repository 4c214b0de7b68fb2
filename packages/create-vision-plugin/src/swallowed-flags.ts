import { isPluginType } from './catalogue.ts';
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

/** Puts flags and their values, which npm left behind as positional words, together again. */
function restore(argv: readonly string[], swallowed: readonly Swallowed[]): string[] {
  const left = [...argv];
  const take = (wanted: (word: string) => boolean): string | undefined => {
    const index = left.findIndex(wanted);
    return index === -1 ? undefined : left.splice(index, 1)[0];
  };
  const resolved = new Map<string, string>();
  for (const flag of swallowed) {
    if (!flag.takesValue) continue;
    const value = flag.value ?? (flag.long === '--type' ? take(isTypeList) : undefined);
    if (value !== undefined) resolved.set(flag.long, value);
  }
  const positionals = left.filter((word) => !word.startsWith('-'));
  const unresolved = swallowed.filter((flag) => flag.takesValue && !resolved.has(flag.long));
  const [single] = unresolved;
  const spare = positionals[1];
  if (
    unresolved.length === 1 &&
    single !== undefined &&
    positionals.length === 2 &&
    spare !== undefined
  ) {
    resolved.set(single.long, spare);
    take((word) => word === spare);
  } else if (unresolved.length > 0) {
    for (const word of positionals.slice(1)) take((candidate) => candidate === word);
  }
  const restored = swallowed.flatMap((flag) => {
    return flag.takesValue
      ? [flag.long, resolved.get(flag.long) ?? `<${flag.long.slice(2)}>`]
      : [flag.long];
  });
  return [...left, ...restored];
}

function isTypeList(word: string): boolean {
  return word.split(',').every(isPluginType);
}
