/**
 * Proves every plugin that the command can make: each type, each pair, and all at once in one workspace, and each type
 * on its own. They are made and installed from a registry on this machine, as tarballs; then they are formatted,
 * linted, type-checked, tested, built and packed, without an edit. Prints what took how long.
 *
 * `--only <word>` leaves out all but those whose line has the word in it.
 */
import { parseArgs } from 'node:util';
import {
  argumentsOf,
  fullMatrix,
  pairsOf,
} from '../packages/create-vision-plugin/test/support/plugin-matrix.ts';
import type { Row } from '../test/matrix/matrix-table.ts';
import { tableOf } from '../test/matrix/matrix-table.ts';
import { publishPacked } from '../test/matrix/publish.ts';
import { runStandalone } from '../test/matrix/standalone-matrix.ts';
import { runWorkspaceMatrix } from '../test/matrix/workspace-matrix.ts';
import { configuredRegistry, installedPackages, startRegistry } from '../test/registry/registry.ts';
import { makeSandbox } from '../test/registry/sandbox.ts';
import type { Sandbox } from '../test/registry/sandbox.ts';
import { run } from './run.ts';

const columns = ['install', 'format:check', 'lint', 'typecheck', 'test', 'build', 'pack'];
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const wanted = fullMatrix.filter((plugin) => argumentsOf(plugin).join(' ').includes(values.only));

run('turbo', ['run', 'build', '--output-logs=errors-only']);
const startMs = performance.now();
await using sandbox = await makeSandbox();
await using upstream =
  process.env['VISION_AGENTS_TEST_UPSTREAM'] === 'configured'
    ? await configuredRegistry()
    : await installedPackages();
const registry = await startRegistry(sandbox, upstream);
try {
  await sandbox.useRegistry(registry.url);
  process.exitCode = (await prove(sandbox)) ? 0 : 1;
} finally {
  await registry.stop();
}

async function prove(around: Sandbox): Promise<boolean> {
  await publishPacked(around);
  await around.write({ 'tools/package.json': { name: 'tools', private: true } });
  await around.run('tools', 'npm', ['install', 'create-vision-plugin']);
  const command = around.path('tools/node_modules/.bin/create-vision-plugin');

  const inWorkspace = wanted.filter(({ standalone }) => !standalone);
  const { rows, totals, failures } = await runWorkspaceMatrix(around, command, inWorkspace);
  const alone: Row[] = [];
  const failed = [...failures];
  for (const plugin of wanted.filter(({ standalone }) => standalone))
    alone.push(await runStandalone(around, command, plugin, failed));

  for (const text of failed) console.log(`\n${text}`);
  console.log(`\n${tableOf([...rows, ...alone], columns)}\n`);
  for (const [what, durationMs] of Object.entries(totals))
    console.log(`${seconds(durationMs)}  ${what}`);
  console.log(`${seconds(performance.now() - startMs)}  all of it`);
  console.log(
    `\n${wanted.length} plugins, ${new Set(wanted.flatMap(pairsOf)).size} pairs of transports, names and places.`,
  );
  const ok = failed.length === 0;
  console.log(ok ? 'All of them pass, without an edit.' : `${failed.length} failures.`);
  return ok;
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1_000).toFixed(1).padStart(8)} s`;
}
