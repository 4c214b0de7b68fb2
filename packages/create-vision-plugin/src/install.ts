import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CliError, messageOf } from './errors.ts';
import { npmProgram } from './npm.ts';

/**
 * Runs `npm install` at the workspace root; what it prints goes to stderr.
 *
 * @throws CliError `E_POST_STEP`, with `retry` as the next step
 */
export async function npmInstall(
  root: string,
  env: NodeJS.ProcessEnv,
  retry: string,
): Promise<void> {
  const { file, before, shell } = npmProgram(env);
  const outcome = await new Promise<string>((resolve) => {
    const child = spawn(file, [...before, 'install'], {
      cwd: root,
      env,
      shell,
      stdio: ['ignore', process.stderr, process.stderr],
    });
    once(child, 'exit').then(
      ([code, signal]: (number | string | null)[]) =>
        resolve(code === 0 ? '' : `it ended with ${code ?? signal}`),
      (error: unknown) => resolve(messageOf(error)),
    );
  });
  if (outcome !== '') {
    throw new CliError(
      'E_POST_STEP',
      `The plugin was written, but npm install failed: ${outcome}.`,
      retry,
    );
  }
}
