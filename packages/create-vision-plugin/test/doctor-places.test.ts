import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, rm, watch } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { bin, plainEnvironment, runCli } from './support/cli.ts';
import {
  home,
  install,
  makePluginWorkspace,
  manifest,
  rulesOf,
  runDoctor,
} from './support/plugin.ts';
import { makeWorkspace } from './support/workspace.ts';

describe('which plugins', () => {
  test('all of a workspace, also one that lacks the keyword, and no other package', async () => {
    await using workspace = await makePluginWorkspace();
    await workspace.write({
      'packages/plugins/mute/package.json': JSON.stringify({
        name: '@corp/mute',
        peerDependencies: manifest.peerDependencies,
      }),
      'packages/app/package.json': JSON.stringify({
        name: 'app',
        dependencies: manifest.peerDependencies,
      }),
    });
    const result = await runDoctor(workspace.root, ['--all']);
    expect(result.plugins?.map(({ directory }) => directory)).toEqual([
      home,
      'packages/plugins/mute',
    ]);
    const plugins = result.findings?.flatMap(({ plugin, level }) =>
      level === 'error' ? [plugin] : [],
    );
    expect(new Set(plugins)).toEqual(new Set(['packages/plugins/mute']));
    expect(result.error?.message).toMatch(/in 1 plugin\.$/);
  });

  test('none in a workspace without plugins', async () => {
    await using workspace = await makeWorkspace();
    expect(await runCli(workspace.root, ['doctor', '--all'])).toEqual({
      exitCode: 0,
      stdout: 'There is no plugin to examine.\n',
      stderr: '',
    });
  });

  test('what is wrong with the workspace is told once', async () => {
    const second = 'packages/plugins/nose';
    await using workspace = await makePluginWorkspace({
      around: {
        [`${second}/package.json`]: JSON.stringify({ ...manifest, name: '@corp/nose' }),
        'packages/app/package.json': '{ "name": "app" }',
        'packages/app/node_modules/@vision-agents/core/package.json': '{ "version": "0.0.9" }',
      },
    });
    const rules = rulesOf(await runDoctor(workspace.root, [home, second]));
    expect(rules.filter((rule) => rule === 'core-duplicated')).toHaveLength(1);
  });

  test('one on its own, outside of a workspace, by a link to its folder', async () => {
    await using workspace = await makePluginWorkspace();
    await workspace.write({ 'package.json': '{ "name": "around" }' });
    expect(rulesOf(await runDoctor(workspace.root))).toEqual([]);
    await using elsewhere = await makeWorkspace({}, { name: 'elsewhere' });
    await install(elsewhere, {});
    const result = await runDoctor(elsewhere.root, [workspace.path(home)]);
    expect(result.plugins).toMatchObject([{ directory: '', root: workspace.path(home) }]);
  });
});

describe('what is no plugin is refused', () => {
  test.for([
    [['nowhere'], 'There is no folder nowhere.'],
    [['package.json'], 'package.json is a file.'],
    [['empty'], 'empty is no plugin: it has no package.json.'],
    [['packages/lib'], 'packages/lib is no plugin: nothing in its package.json has to do with'],
  ] as const)('%j', async ([args, message]) => {
    await using workspace = await makeWorkspace({
      'empty/.gitkeep': '',
      'packages/lib/package.json': '{ "name": "lib" }',
    });
    const result = await runDoctor(workspace.root, args);
    expect(result).toMatchObject({ exitCode: 3, error: { code: 'E_NOT_A_PLUGIN' } });
    expect(result.error?.message).toContain(message);
    expect(result.error?.fix).toBeDefined();
  });

  test.for([
    [[], 2, 'E_INPUT_NEEDED', 'npx create-vision-plugin doctor --all'],
    [['--all', 'x'], 2, 'E_USAGE', 'npx create-vision-plugin doctor --all'],
    [['x', '--on-conflict=keep'], 2, 'E_FLAG_UNKNOWN', '--help'],
  ] as const)('%j', async ([args, exitCode, code, fix]) => {
    await using workspace = await makeWorkspace();
    const result = await runDoctor(workspace.root, args);
    expect(result).toMatchObject({ exitCode, error: { code } });
    expect(result.error?.fix).toContain(fix);
  });

  test('all, without a workspace', async () => {
    await using workspace = await makeWorkspace({}, { name: 'alone' });
    expect(await runDoctor(workspace.root, ['--all'])).toMatchObject({
      exitCode: 4,
      error: { code: 'E_NO_WORKSPACE' },
    });
  });
});

describe('a plugin in a bad way', () => {
  test.for([
    ['{\n  "name": "x",\n}\n', 3],
    ['', 1],
    ['{\n  "name": "x",\n  "keywords": "vision"\n}\n', 3],
  ] as const)('a manifest that cannot be read: %j', async ([text, line]) => {
    await using workspace = await makePluginWorkspace();
    await workspace.write({ [`${home}/package.json`]: text });
    const result = await runDoctor(workspace.root);
    expect(result).toMatchObject({ exitCode: 6, plugins: [] });
    expect(result.findings).toMatchObject([
      { rule: 'manifest-invalid', file: 'package.json', line },
    ]);
  });

  test('nothing is installed: that is told, and not what follows from it', async () => {
    await using workspace = await makePluginWorkspace();
    await rm(workspace.path('node_modules'), { recursive: true });
    const result = await runDoctor(workspace.root);
    expect(rulesOf(result)).toEqual(['not-installed']);
    expect(result.findings).toMatchObject([{ fix: 'npm install' }, {}]);
  });

  test('nothing is built: its sources tell the rest', async () => {
    await using workspace = await makePluginWorkspace({ files: { 'README.md': '# Ear\n' } });
    await rm(workspace.path(`${home}/dist`), { recursive: true });
    const result = await runDoctor(workspace.root);
    expect(rulesOf(result)).toEqual(['exports-unresolved', 'env-undocumented']);
    expect(result.findings?.[0]?.fix).toBe('cd packages/plugins/ear && npm run build');
  });

  test.skipIf(process.getuid?.() === 0)('a folder that may not be read', async () => {
    await using workspace = await makePluginWorkspace();
    await chmod(workspace.path(`${home}/test`), 0o000);
    const result = await runDoctor(workspace.root);
    await chmod(workspace.path(`${home}/test`), 0o755);
    expect(result).toMatchObject({ exitCode: 4, error: { code: 'E_NOT_WRITABLE' } });
  });

  test('it sees none of the variables of who runs it, and prints to nowhere', async () => {
    await using workspace = await makePluginWorkspace();
    const index = await workspace.read(`${home}/dist/index.js`);
    await workspace.write({
      [`${home}/dist/index.js`]: `${index}console.log('noise');\nif (Object.keys(process.env).some((name) => name.startsWith('EAR_'))) throw new Error('seen');\n`,
    });
    expect(rulesOf(await runDoctor(workspace.root, [home], { EAR_API_KEY: 'sk-1' }))).toEqual([]);
  });

  test('it never comes to an end: a signal ends it, with all that was started', async () => {
    await using workspace = await makePluginWorkspace();
    const index = await workspace.read(`${home}/dist/index.js`);
    await workspace.write({
      [`${home}/dist/index.js`]: `import { writeFileSync } from 'node:fs';
${index}writeFileSync('started', String(process.pid));
await new Promise(() => setInterval(() => {}, 1_000));
`,
    });
    const started = workspace.path(`${home}/started`);
    const appeared = watch(workspace.path(home));
    const child = spawn(process.execPath, [bin, 'doctor', home], {
      cwd: workspace.root,
      env: plainEnvironment(),
    });
    for await (const { filename } of appeared)
      if (filename === 'started' && (await readFile(started, 'utf8')) !== '') break;
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([143, null]);
    const pid = Number(await readFile(started, 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
