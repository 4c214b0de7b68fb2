import { z } from 'zod';
import {
  argumentsOf,
  type MatrixPlugin,
} from '../../packages/create-vision-plugin/test/support/plugin-matrix.ts';
import type { Sandbox } from '../registry/sandbox.ts';
import { titleOf, type Row, type Step } from './matrix-table.ts';
import { packPlugin, step } from './pack-plugin.ts';

const Made = z.object({ plugin: z.object({ directory: z.string() }) });
const scripts = ['format:check', 'lint', 'typecheck', 'test', 'build'];

/** A plugin in a folder of its own, with its own tool chain: installed, and everything that its workflow runs. */
export async function runStandalone(
  sandbox: Sandbox,
  command: string,
  plugin: MatrixPlugin,
  failures: string[],
): Promise<Row> {
  const title = titleOf(plugin);
  console.log(`${title} …`);
  await sandbox.write({ 'alone/.gitkeep': '' });
  const printed = await sandbox.run('alone', command, [...argumentsOf(plugin), '--json']);
  const folder = `alone/${Made.parse(JSON.parse(printed)).plugin.directory}`;
  const steps: Step[] = [];
  const run = async (name: string, args: readonly string[]): Promise<void> => {
    const task = (): Promise<string> => sandbox.run(folder, 'npm', args, { timeoutMs: 600_000 });
    steps.push(await step(name, task, failures));
  };
  await run('install', ['install']);
  for (const script of scripts) await run(script, ['run', '--silent', script]);
  steps.push(await packPlugin(sandbox, folder, failures));
  return { title, steps };
}
