import { describe, expect, test } from 'vitest';
import { runCli } from './support/cli.ts';
import { home, makePluginWorkspace, manifest, rulesOf, runDoctor } from './support/plugin.ts';
import { snapshot } from './support/workspace.ts';

const core = '@vision-agents/core';
const testkit = '@vision-agents/testkit';

/** Everything that is safe to mend, in one plugin. */
const broken = {
  manifest: {
    keywords: ['voice'],
    sideEffects: undefined,
    engines: undefined,
    files: undefined,
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    dependencies: { [core]: '^0.1.0', [testkit]: '^0.1.0', zod: '^4.1.0' },
    devDependencies: { typescript: '^7.0.0' },
    peerDependencies: undefined,
  },
  files: { '.env.example': '# EAR_REGION is not read\nEAR_OTHER=' },
};
const found = [
  'core-bundled',
  'engines',
  'env-not-in-example',
  'env-unread',
  'keyword-missing',
  'manifest-not-exported',
  'needless-packed',
  'side-effects',
  'testkit-shipped',
];

describe('--fix', () => {
  test('mends what is safe, and leaves the rest as it is', async () => {
    await using workspace = await makePluginWorkspace(broken);
    expect(rulesOf(await runDoctor(workspace.root)).toSorted()).toEqual(found);
    const before = await snapshot(workspace.path(home));

    const result = await runDoctor(workspace.root, [home, '--fix']);
    expect(rulesOf(result)).toEqual(['env-unread']);
    expect(result.files?.map(({ path, action }) => `${action} ${path}`)).toEqual([
      `update ${home}/package.json`,
      `update ${home}/.env.example`,
    ]);
    expect(JSON.parse(await workspace.read(`${home}/package.json`))).toEqual({
      ...manifest,
      keywords: ['voice', 'vision-agents-plugin'],
      devDependencies: { [core]: '^0.1.0', [testkit]: '^0.1.0', typescript: '^7.0.0' },
    });
    expect(await workspace.read(`${home}/.env.example`)).toBe(
      '# EAR_REGION is not read\nEAR_OTHER=\nEAR_API_KEY=\n',
    );
    const after = await snapshot(workspace.path(home));
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect(changed).toEqual(['.env.example', 'package.json']);

    expect(await runDoctor(workspace.root, [home, '--fix'])).not.toHaveProperty('files');
    expect(await snapshot(workspace.path(home))).toEqual(after);
  });

  test('shows first what it would do', async () => {
    await using workspace = await makePluginWorkspace(broken);
    const before = await snapshot(workspace.path(home));
    const summary = await runCli(workspace.root, ['doctor', home, '--fix', '--dry-run']);
    expect(summary.stdout).toContain('Would be mended (nothing was written):\n  package.json');
    const diff = await runCli(workspace.root, ['doctor', home, '--fix', '--dry-run=diff']);
    expect(diff.stdout).toContain(`--- a/${home}/package.json\n+++ b/${home}/package.json\n`);
    expect(diff.stdout).toMatch(/^\+ {4}"vision-agents-plugin"$/m);
    expect(diff.stdout).toMatch(/^\+EAR_API_KEY=$/m);
    expect(await snapshot(workspace.path(home))).toEqual(before);
  });

  test('names a variable in a file that is not there yet', async () => {
    await using workspace = await makePluginWorkspace({ files: { '.env.example': undefined } });
    await runDoctor(workspace.root, [home, '--fix']);
    expect(await workspace.read(`${home}/.env.example`)).toBe('EAR_API_KEY=\n');
  });

  test('keeps a byte order mark, tabs and line ends', async () => {
    await using workspace = await makePluginWorkspace();
    const text = `\uFEFF${JSON.stringify({ ...manifest, keywords: [] }, null, '\t')}\n`;
    const windows = text.replaceAll('\n', '\r\n');
    await workspace.write({ [`${home}/package.json`]: windows });
    await runDoctor(workspace.root, [home, '--fix']);
    expect(await workspace.read(`${home}/package.json`)).toBe(
      windows.replace('[]', '[\r\n\t\t"vision-agents-plugin"\r\n\t]'),
    );
  });

  test('does not take what a person decided', async () => {
    await using workspace = await makePluginWorkspace({
      manifest: { sideEffects: true, engines: { node: '>=18' } },
    });
    const before = await snapshot(workspace.path(home));
    const result = await runDoctor(workspace.root, [home, '--fix']);
    expect(rulesOf(result).toSorted()).toEqual(['engines', 'side-effects']);
    expect(await snapshot(workspace.path(home))).toEqual(before);
  });
});
