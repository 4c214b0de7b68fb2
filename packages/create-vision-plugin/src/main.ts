import { systemErrorCode } from './errors.ts';
import { main } from './cli.ts';

// A reader such as `head` may leave early.
process.stdout.on('error', (error) => {
  if (systemErrorCode(error) !== 'EPIPE') throw error;
});

// Without a code yet, the process ran out of work while the command still waited: never a silent exit 0.
process.once('beforeExit', () => {
  if (process.exitCode !== undefined) return;
  process.stderr.write('E_STALLED  The command stopped without a result.\n');
  process.exitCode = 1;
});

async function run(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2));
}

void run();
