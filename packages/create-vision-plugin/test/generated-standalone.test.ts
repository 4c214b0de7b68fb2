/** Plugins as the command makes them outside of a workspace, with core and the testkit as npm packs them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { argumentsOf, coveringMatrix } from './support/plugin-matrix.ts';
import { expectedPaths, makePlugin, pack, packPackages, runScripts } from './support/tool-chain.ts';
import type { PackedPackages } from './support/tool-chain.ts';
import { makeWorkspace } from './support/workspace.ts';

let packages: PackedPackages;

beforeAll(async () => {
  packages = await packPackages();
});

afterAll(() => packages[Symbol.asyncDispose]());

test.each(
  coveringMatrix
    .filter(({ standalone }) => standalone)
    .map((plugin) => [argumentsOf(plugin).join(' '), plugin] as const),
)('%s: passes everything without an edit', { timeout: 180_000 }, async (_title, plugin) => {
  await using around = await makeWorkspace({}, { name: 'around' });
  const folder = await makePlugin(around.root, plugin);
  await packages.installTo(folder);
  await runScripts(folder, ['format:check', 'lint', 'typecheck', 'test', 'build']);
  expect((await pack(folder)).paths).toEqual(await expectedPaths(folder, 'LICENSE'));
});
