import type { RunOptions } from './answers.ts';

/** Why no question can be asked, or undefined where one can. */
export function silenceReason(run: RunOptions, env: NodeJS.ProcessEnv): string | undefined {
  if (run.json === true) return '--json was given';
  if (run.yes === true) return '--yes was given';
  if (run.input === false) return '--no-input was given';
  if (!['', 'false', '0', undefined].includes(env['CI'])) return 'CI is set';
  if (!process.stdin.isTTY || !process.stderr.isTTY) return 'this is not a terminal';
  return undefined;
}
