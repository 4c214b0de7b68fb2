/** Plugins as the command makes them, in a workspace. `npm run test:matrix` has all there are, from a registry. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PluginType } from '../src/catalogue.ts';
import { argumentsOf, coveringMatrix, eachTransport } from './support/plugin-matrix.ts';
import type { MatrixPlugin } from './support/plugin-matrix.ts';
import {
  expectedPaths,
  linesOf,
  makePlugin,
  makeToolChainWorkspace,
  npm,
  pack,
  runScripts,
  tool,
} from './support/tool-chain.ts';
import type { TemporaryWorkspace } from './support/workspace.ts';
import { rulesOf, runDoctor } from './support/plugin.ts';

/** What an author owns of a plugin, at most: the lines of `src/<type>.ts`. */
const mostLines: Readonly<Record<PluginType, number>> = {
  stt: 100,
  tts: 100,
  llm: 120,
  vlm: 140,
  realtime: 180,
  'turn-detection': 90,
  processor: 90,
};

const titleOf = (plugin: MatrixPlugin): string => argumentsOf(plugin).join(' ');
const inWorkspace = coveringMatrix.filter(({ standalone }) => !standalone);

let workspace: TemporaryWorkspace;
const folders = new Map<MatrixPlugin, string>();
const folderOf = (plugin: MatrixPlugin): string => folders.get(plugin) ?? '';

beforeAll(async () => {
  workspace = await makeToolChainWorkspace();
  for (const plugin of [...eachTransport, ...inWorkspace])
    folders.set(plugin, await makePlugin(workspace.root, plugin));
});

afterAll(() => workspace[Symbol.asyncDispose]());

test('all of them arrive formatted, and the linter finds nothing', async () => {
  expect(new Set(folders.values()).size).toBe(eachTransport.length + inWorkspace.length);
  await tool(workspace.root, 'oxfmt', ['--check', 'packages']);
  await tool(workspace.root, 'oxlint', ['--type-aware', '--deny-warnings', 'packages']);
});

test.each(eachTransport.map((plugin) => [titleOf(plugin), plugin] as const))(
  '%s: in 18 files at most, with a plugin that fits on a page or two, and sound types',
  async (_title, plugin) => {
    const folder = folderOf(plugin);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    expect(entries.filter((entry) => entry.isFile()).length).toBeLessThanOrEqual(18);
    for (const type of plugin.types)
      expect(await linesOf(join(folder, `src/${type}.ts`))).toBeLessThanOrEqual(mostLines[type]);
    await npm(folder, ['run', '--silent', 'typecheck']);
  },
);

describe('passes everything without an edit', () => {
  test.each(inWorkspace.map((plugin) => [titleOf(plugin), plugin] as const))(
    '%s',
    { timeout: 180_000 },
    async (_title, plugin) => {
      const folder = folderOf(plugin);
      await runScripts(folder, ['format:check', 'lint', 'typecheck', 'test', 'build']);
      // The modules here are those of the repository, where nothing of this is linked.
      expect(rulesOf(await runDoctor(workspace.root, [folder]))).toEqual(['not-linked']);
      const { tarball, paths } = await pack(folder);
      expect(paths).toEqual(await expectedPaths(folder));
      await tool(folder, 'publint', ['run', tarball, '--strict']);
      await tool(folder, 'attw', [tarball, '--profile', 'esm-only', '--no-color']);
    },
  );
});
