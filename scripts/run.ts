import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The tools of the workspace, and its own Node, before whatever the machine has. */
const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);

/** Runs a command of the workspace and shows what it prints. Ends this process with its exit code when it fails. */
export function run(
  command: string,
  args: readonly string[],
  options: { quiet?: boolean } = {},
): void {
  if (!options.quiet) console.log(`\n$ ${[command, ...args].join(' ')}`);
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: '1' },
    stdio: options.quiet ? 'pipe' : 'inherit',
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status === 0) return;
  if (options.quiet) console.error(`${stdout}${stderr}`);
  console.error(`\n${[command, ...args].join(' ')} failed with exit code ${status ?? 'unknown'}`);
  process.exit(status ?? 1);
}
