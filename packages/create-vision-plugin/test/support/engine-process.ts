/**
 * A process that makes a plugin through the engine and sends itself a signal, so that a test can end a run at any
 * point. Arguments: name, phase, how often the phase is entered before it happens, signal.
 */
import type { EngineOptions } from '../../src/engine.ts';
import { CliError, interruption } from '../../src/errors.ts';
import type { Phase } from '../../src/job.ts';
import { carryOut, creation } from './jobs.ts';
import { fixtureRelease } from './release.ts';

const [name = 'acme', phase = '', times = '1', signal = 'SIGINT'] = process.argv.slice(2);
const controller = new AbortController();
for (const known of ['SIGINT', 'SIGTERM'] as const)
  process.on(known, () => controller.abort(interruption(known)));

let entered = 0;
const onPhase = async (current: Phase): Promise<void> => {
  if (current !== phase || ++entered !== Number(times)) return;
  const alive = setInterval(() => undefined, 1_000); // waiting for a signal does not keep a process running
  const delivered =
    signal === 'SIGKILL' ? undefined : new Promise((resolve) => process.once(signal, resolve));
  process.kill(process.pid, signal);
  await delivered;
  clearInterval(alive);
};

const options: EngineOptions = {
  release: await fixtureRelease(),
  cwd: process.cwd(),
  signal: controller.signal,
  onPhase,
};
try {
  await carryOut(creation(name), options);
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = error instanceof CliError ? error.exitCode : 1;
}
