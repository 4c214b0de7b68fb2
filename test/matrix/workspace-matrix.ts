import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  argumentsOf,
  type MatrixPlugin,
} from '../../packages/create-vision-plugin/test/support/plugin-matrix.ts';
import { repository } from '../registry/sandbox.ts';
import type { Sandbox } from '../registry/sandbox.ts';
import { titleOf, type Row, type Step } from './matrix-table.ts';
import { packPlugin } from './pack-plugin.ts';
import { runTurbo, type TaskRun } from './turbo-run.ts';

const Manifest = z.object({ devDependencies: z.record(z.string(), z.string()) });
const Made = z.object({
  plugin: z.object({ packageName: z.string(), directory: z.string() }),
});

/** A plugin that was made, and where. */
export interface MadePlugin {
  readonly plugin: MatrixPlugin;
  readonly packageName: string;
  /** Below the root of its workspace. */
  readonly directory: string;
}

/** What was found out in the workspace. */
export interface WorkspaceReport {
  readonly rows: readonly Row[];
  readonly failures: readonly string[];
  /** What took how long, for all of them together. */
  readonly totals: Readonly<Record<string, number>>;
}

const ROOT = 'workspace';

/** A workspace with every plugin in it, and one install: then everything that an author would run. */
export async function runWorkspaceMatrix(
  sandbox: Sandbox,
  command: string,
  plugins: readonly MatrixPlugin[],
): Promise<WorkspaceReport> {
  await writeWorkspace(sandbox);
  const failures: string[] = [];
  const totals: Record<string, number> = {};
  const measure = async <T>(name: string, task: () => Promise<T>): Promise<T> => {
    console.log(`${name} …`);
    const startMs = performance.now();
    const result = await task();
    totals[name] = performance.now() - startMs;
    return result;
  };
  const made = await measure(`make ${plugins.length} plugins`, () =>
    makePlugins(sandbox, command, plugins),
  );
  await measure('install them', () =>
    sandbox.run(ROOT, 'npm', ['install'], { timeoutMs: 600_000 }),
  );
  const tasks: TaskRun[] = [];
  const turbo = async (...args: string[]): Promise<void> => {
    const run = await runTurbo(sandbox, ROOT, args);
    tasks.push(...run.tasks);
    if (run.failure !== undefined) failures.push(run.failure);
  };
  await measure('format, lint, types, build', () =>
    turbo('format:check', 'lint', 'typecheck', 'build', '--concurrency=2'),
  );
  // A contract has bounds on time, and each plugin's tests use every core.
  await measure('test', () => turbo('test', '--concurrency=1'));
  const packs = await measure('pack', () => packAll(sandbox, made, failures));
  const singles = made.filter(({ plugin }) => plugin.types.length === 1);
  if (singles.length > 0) {
    const filters = singles.map(({ packageName }) => `--filter=${packageName}`);
    const what = `turbo run test of ${singles.length} plugins`;
    await measure(`${what}, cold`, () => turbo('test', '--force', ...filters));
    await measure(`${what}, cached`, () => turbo('test', ...filters));
  }
  const rows = made.map(({ plugin, packageName }) => ({
    title: titleOf(plugin),
    steps: [...stepsOf(tasks, packageName), ...(packs.get(packageName) ?? [])],
  }));
  return { rows, failures, totals };
}

/** With the tool chain of this repository, from the registry, and its rules. */
async function writeWorkspace(sandbox: Sandbox): Promise<void> {
  const own = Manifest.parse(JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')));
  const tools = ['oxfmt', 'oxlint', 'oxlint-tsgolint'];
  await sandbox.write({
    [`${ROOT}/package.json`]: {
      name: 'matrix',
      private: true,
      packageManager: 'npm@11.19.1',
      workspaces: ['packages/plugins/*'],
      devDependencies: Object.fromEntries(tools.map((name) => [name, own.devDependencies[name]])),
    },
    [`${ROOT}/turbo.json`]: {
      tasks: {
        build: { outputs: ['dist/**'] },
        'format:check': {},
        lint: {},
        typecheck: {},
        test: {},
      },
    },
    [`${ROOT}/LICENSE`]: 'Do as you like.\n',
    [`${ROOT}/.gitignore`]: 'node_modules\ndist\n.turbo\n*.tgz\n',
  });
  for (const rules of ['.oxfmtrc.json', '.oxlintrc.json'])
    await cp(join(repository, rules), sandbox.path(ROOT, rules));
  // Turborepo asks git which files a task depends on.
  await sandbox.run(ROOT, 'git', ['init', '--quiet', '--initial-branch=main']);
}

async function makePlugins(
  sandbox: Sandbox,
  command: string,
  plugins: readonly MatrixPlugin[],
): Promise<MadePlugin[]> {
  const made: MadePlugin[] = [];
  for (const plugin of plugins) {
    const printed = await sandbox.run(ROOT, command, [...argumentsOf(plugin), '--json']);
    made.push({ plugin, ...Made.parse(JSON.parse(printed)).plugin });
  }
  return made;
}

async function packAll(
  sandbox: Sandbox,
  made: readonly MadePlugin[],
  failures: string[],
): Promise<Map<string, Step[]>> {
  const packs = new Map<string, Step[]>();
  for (const { packageName, directory } of made)
    packs.set(packageName, [await packPlugin(sandbox, `${ROOT}/${directory}`, failures)]);
  return packs;
}

/** The first run of each script. */
function stepsOf(tasks: readonly TaskRun[], packageName: string): Step[] {
  const own = tasks.filter((run) => run.packageName === packageName);
  return [...new Map(own.toReversed().map((run) => [run.task, run])).values()].map(
    ({ task, durationMs, ok }) => ({ name: task, durationMs, ok }),
  );
}
