import type { CommandContext, CommandOutcome } from '../command.ts';
import { CliError } from '../errors.ts';
import { ownCommand } from '../shell.ts';
import { checkFlagsSchema, KEY_FLAG } from './check-flags.ts';
import { checkResult, checkText } from './check-report.ts';
import { survey } from './survey.ts';
import { readTarget } from './target.ts';

/**
 * Finds out whether a service speaks OpenAI's protocol, so that no plugin is needed, and how it is used then.
 *
 * @throws CliError for an address, a key or a flag that can't be used; what the check finds out is its outcome
 */
export async function check(
  url: string | undefined,
  { [KEY_FLAG]: typedKey, ...flags }: Readonly<Record<string, unknown>>,
  context: CommandContext,
): Promise<CommandOutcome> {
  if (typedKey !== undefined) {
    throw new CliError(
      'E_USAGE',
      'A key on the command line is seen by others, and kept. Put it into an environment variable, and name that.',
      ownCommand(['check', '<url>', '--api-key-env', 'ACME_API_KEY']),
    );
  }
  const run = checkFlagsSchema.parse(flags);
  const target = readTarget(url, run, context.env);
  const isSilent = run.json === true || run.quiet === true;
  const found = await survey(target, context.signal, isSilent ? () => undefined : context.log);
  return {
    result: checkResult(found, target),
    text: checkText(found, target, context.style),
  };
}
