import { answersSchema } from './answers.ts';
import type { RunOptions } from './answers.ts';
import { conflictPolicies } from './conflict-policy.ts';
import type { Retype } from './errors.ts';
import { flagOf } from './flags.ts';
import { ownCommand } from './shell.ts';

/** Writes the command of these answers again: how it runs stays, so that a dry run stays one. */
export function retypeCommand(
  typed: Readonly<Record<string, unknown>>,
  run: RunOptions,
  ...[other, defaults = {}]: Parameters<Retype>
): string {
  const { onConflict, mode, ...others } = other;
  const answers: Readonly<Record<string, unknown>> = {
    ...defaults,
    ...typed,
    ...others,
    ...(mode === undefined
      ? {}
      : { workspace: mode === 'workspace', standalone: mode === 'standalone' }),
  };
  const positional = typeof answers['name'] === 'string' ? [answers['name']] : [];
  return ownCommand([
    ...positional,
    ...answerFlags(answers),
    ...runFlags({ ...run, ...conflictPolicy(onConflict) }),
  ]);
}

function conflictPolicy(word: string | undefined): Pick<RunOptions, 'onConflict'> {
  const onConflict = conflictPolicies.find((policy) => policy === word);
  return onConflict === undefined ? {} : { onConflict };
}

/** Answers as flags again, in the order of the schema. */
function answerFlags(answers: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(answersSchema.shape).flatMap((key) => {
    const value = answers[key];
    if (value === true) return [flagOf(key)];
    return key === 'name' || typeof value !== 'string' ? [] : [flagOf(key), value];
  });
}

/** All but the file of answers: what is in it is written out. */
function runFlags(run: RunOptions): string[] {
  return Object.entries({ ...run, answers: undefined }).flatMap(([key, value]) => {
    if (value === undefined || (key === 'input' && value === true)) return [];
    if (typeof value === 'boolean') return [value ? flagOf(key) : `--no-${key}`];
    return [value === 'summary' ? flagOf(key) : `${flagOf(key)}=${value}`];
  });
}
