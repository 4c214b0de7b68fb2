import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CliError, messageOf } from './errors.ts';

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
  const script = env['npm_execpath'];
  // No text of the user's is in this command line, so a shell, which npm.cmd needs, is safe.
  const [file, args, shell] =
    script !== undefined && /npm-cli\.c?js$/.test(script)
      ? [process.execPath, [script, 'install'], false]
      : ['npm', ['install'], process.platform === 'win32'];
  const outcome = await new Promise<string>((resolve) => {
    const child = spawn(file, args, {
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
