import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { resultSchema } from '../src/result.ts';
import { bin, runCli } from './support/cli.ts';
import { npm } from './support/npm.ts';
import { makeWorkspace, workspaceManifest } from './support/workspace.ts';

const make = ['acme', '--type', 'stt'];

async function runJson(root: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { stdout, exitCode, stderr } = await runCli(root, [...args, '--json'], env);
  expect(stderr).toBe('');
  return { ...resultSchema.parse(JSON.parse(stdout)), exited: exitCode };
}

test('makes a plugin and says what to do next', async () => {
  await using workspace = await makeWorkspace();
  const { exitCode, stdout, stderr } = await runCli(workspace.root, make);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^ {2}src\/stt\.ts +the plugin: start here/m);
  expect(stdout).toContain('\n  npm install\n  npm test -w vision-agents-plugin-acme\n');
  expect(await workspace.read('.changeset/acme.md')).toContain(
    "'vision-agents-plugin-acme': minor",
  );
  const files = Object.keys(await workspace.snapshot()).filter((path) =>
    path.startsWith('packages/plugins/acme/'),
  );
  expect(files.length).toBeLessThanOrEqual(18 + 3);
});

test('says of each file what it is for, where to start, and which conversation to hear', async () => {
  await using workspace = await makeWorkspace();
  const types = 'stt,tts,llm,turn-detection,processor';
  const words = ['acme', '--type', types, '--transport', 'stt=worker,llm=sdk'];
  const { stdout } = await runCli(workspace.root, words);
  expect(stdout).not.toMatch(/ {2}(source|an example to run)$/m);
  expect(stdout).toMatch(/^ {2}src\/processor\.ts +the plugin: start here, with what is done/m);
  expect(stdout).toMatch(/^ {2}src\/llm-client\.ts +the vendor's client/m);
  expect(stdout).toMatch(/^ {2}src\/stt-worker\.ts +what runs in a thread/m);
  expect(stdout).toContain('\n  npm run example:converse -w vision-agents-plugin-acme\n');
});

test('a dry run plans, hash for hash, what the real run writes', async () => {
  await using workspace = await makeWorkspace();
  const before = await workspace.snapshot();
  const planned = await runJson(workspace.root, [...make, '--dry-run']);
  const withDiffs = await runJson(workspace.root, [...make, '--dry-run=diff']);
  expect(await workspace.snapshot()).toEqual(before);
  const made = await runJson(workspace.root, make);
  expect(made.files).toEqual(planned.files);
  expect(withDiffs.files?.every(({ diff }) => diff?.startsWith('--- /dev/null'))).toBe(true);
  for (const { path, sha256, bytes } of made.files ?? []) {
    const content = await readFile(workspace.path(path));
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    expect(content.byteLength).toBe(bytes);
    expect(content.includes('\r')).toBe(false);
    expect(content.at(-1)).toBe(10);
  }
  const added = Object.entries(await workspace.snapshot()).filter(
    ([path]) => before[path] === undefined,
  );
  expect(added.filter(([, entry]) => entry.startsWith('file')).map(([path]) => path)).toEqual(
    made.files?.map(({ path }) => path).toSorted(),
  );
});

test('equal answers give equal bytes, anywhere', async () => {
  await using one = await makeWorkspace();
  await using other = await makeWorkspace();
  await Promise.all([one, other].map(({ root }) => runCli(root, make)));
  expect(await one.snapshot()).toEqual(await other.snapshot());
  expect(await one.read('packages/plugins/acme/.vision-plugin.json')).not.toContain(one.root);
});

describe('the same command again', () => {
  test('writes nothing, whatever the user did to the files', async () => {
    await using workspace = await makeWorkspace();
    await runCli(workspace.root, make);
    await workspace.write({ 'packages/plugins/acme/src/stt.ts': 'export {}; // mine\n' });
    await rm(workspace.path('packages/plugins/acme/README.md'));
    await rm(workspace.path('.changeset/acme.md'));
    const before = await workspace.snapshot();
    const again = await runJson(workspace.root, make);
    expect(again).toMatchObject({ ok: true, exited: 0 });
    expect(await workspace.snapshot()).toEqual(before);
  });

  test('names the files that are no longer as they were made, but for those that are the user’s', async () => {
    await using workspace = await makeWorkspace();
    await runCli(workspace.root, make);
    expect((await runCli(workspace.root, make)).stdout).toBe(
      'Unchanged: vision-agents-plugin-acme in packages/plugins/acme was made with the same answers.\n',
    );
    await rm(workspace.path('packages/plugins/acme/test/stt.live.test.ts'));
    expect((await runCli(workspace.root, make)).stdout).toContain(
      ' 1 file differs from what was made: test/stt.live.test.ts (deleted)\n',
    );
    await workspace.write({
      'packages/plugins/acme/tsconfig.json': '{}\n',
      'packages/plugins/acme/src/stt.ts': 'export {}; // mine\n',
    });
    expect((await runCli(workspace.root, make)).stdout).toContain(
      ' 2 files differ from what was made: test/stt.live.test.ts (deleted), tsconfig.json (edited)\n',
    );
    const { files } = await runJson(workspace.root, make);
    expect(files?.filter(({ action }) => action !== 'unchanged')).toEqual([
      {
        path: 'packages/plugins/acme/test/stt.live.test.ts',
        action: 'skip',
        reason: 'deleted',
        bytes: 0,
      },
      {
        path: 'packages/plugins/acme/tsconfig.json',
        action: 'skip',
        reason: 'edited',
        bytes: 3,
        sha256: createHash('sha256').update('{}\n').digest('hex'),
      },
    ]);
  });

  test.for([
    [
      'what it adds',
      (text: string) => text.replace('"scripts": {', '"scripts": { "mine": "x",'),
      [],
    ],
    ['line ends', (text: string) => text.replaceAll('\n', '\r\n'), []],
    ['what we wrote', (text: string) => text.replace(/"test": "[^"]*"/, '"test": "x"'), ['edited']],
  ] as const)('package.json is compared by the values we wrote: %s', async ([, edit, reasons]) => {
    await using workspace = await makeWorkspace();
    await runCli(workspace.root, make);
    const manifest = 'packages/plugins/acme/package.json';
    const before = await workspace.read(manifest);
    expect(edit(before)).not.toBe(before);
    await workspace.write({ [manifest]: edit(before) });
    const { files } = await runJson(workspace.root, make);
    expect(files?.flatMap(({ reason }) => reason ?? [])).toEqual(reasons);
  });

  test('finds the plugin even when its defaults would be others by now', async () => {
    await using workspace = await makeWorkspace();
    await runCli(workspace.root, make);
    await workspace.write({
      'packages/plugins/beta/package.json':
        '{"name":"@corp/plugin-beta","keywords":["vision-agents-plugin"]}',
    });
    expect(await runCli(workspace.root, make)).toMatchObject({ exitCode: 0 });
  });

  test('with other answers is refused', async () => {
    await using workspace = await makeWorkspace();
    await runCli(workspace.root, make);
    const before = await workspace.snapshot();
    const refused = await runJson(workspace.root, [...make, '--env-prefix', 'OTHER']);
    expect(refused).toMatchObject({ exited: 3, error: { code: 'E_EXISTS' } });
    expect(refused.error?.message).toContain('envPrefix "ACME" → "OTHER"');
    expect(await workspace.snapshot()).toEqual(before);
  });

  test('with another type is refused, and names the add command', async () => {
    await using workspace = await makeWorkspace();
    await runCli(workspace.root, make);
    const provenance = 'packages/plugins/acme/.vision-plugin.json';
    const text = await workspace.read(provenance);
    await workspace.write({
      [provenance]: text
        .replace('"types": ["stt"]', '"types": ["tts"]')
        .replace('"stt": "ws"', '"tts": "http"'),
    });
    const refused = await runJson(workspace.root, make);
    expect(refused).toMatchObject({ exited: 3, error: { code: 'E_EXISTS' } });
    expect(refused.error?.fix).toContain('create-vision-plugin add stt --to packages/plugins/acme');
    const inside = await runJson(workspace.path('packages/plugins/acme'), make);
    expect(inside.error?.fix).toMatch(/create-vision-plugin add stt --to \.$/);
  });
});

describe('where it goes', () => {
  test('an empty folder is no obstacle', async () => {
    await using workspace = await makeWorkspace();
    await mkdir(workspace.path('packages/plugins/acme'), { recursive: true });
    expect(await runCli(workspace.root, make)).toMatchObject({ exitCode: 0 });
    expect(await workspace.read('packages/plugins/acme/src/stt.ts')).toContain('STT');
  });

  test('neither is node_modules alone, left over from another branch', async () => {
    const leftover = 'packages/plugins/acme/node_modules/.vite/results.json';
    await using workspace = await makeWorkspace({ [leftover]: '{}' });
    expect(await runCli(workspace.root, make)).toMatchObject({ exitCode: 0 });
    expect(await workspace.read('packages/plugins/acme/src/stt.ts')).toContain('STT');
    expect(await workspace.read(leftover)).toBe('{}');
  });

  test('beside its siblings, with their scope and ranges', async () => {
    const sibling = {
      name: '@corp/plugin-beta',
      keywords: ['vision-agents-plugin'],
      dependencies: { zod: '^4.3.0' },
      devDependencies: { '@vision-agents/core': '^0.7.0', vitest: '~5.0.1' },
      peerDependencies: { '@vision-agents/core': '>=0.7.0 <1' },
    };
    const manifest = { workspaces: { packages: ['./speech/*/', 'packages/plugins/*'] } };
    await using workspace = await makeWorkspace(
      { 'speech/beta/package.json': JSON.stringify(sibling) },
      manifest,
    );
    const made = await runJson(workspace.root, make);
    expect(made.plugin).toMatchObject({
      packageName: '@corp/plugin-acme',
      directory: 'speech/acme',
    });
    expect(JSON.parse(await workspace.read('speech/acme/package.json'))).toMatchObject({
      name: '@corp/plugin-acme',
      dependencies: { zod: '^4.3.0' },
      devDependencies: { '@vision-agents/core': '^0.7.0', vitest: '~5.0.1' },
      peerDependencies: { '@vision-agents/core': '>=0.7.0 <1' },
    });
  });

  test('in the repository of the framework it has its scope', async () => {
    await using workspace = await makeWorkspace({
      'packages/core/package.json': '{"name":"@vision-agents/core","version":"0.3.1"}',
    });
    const made = await runJson(workspace.root, make);
    expect(made.plugin?.packageName).toBe('@vision-agents/plugin-acme');
    expect(JSON.parse(await workspace.read('packages/plugins/acme/package.json'))).toMatchObject({
      devDependencies: { '@vision-agents/core': '^0.3.1' },
      peerDependencies: { '@vision-agents/core': '>=0.3.1 <1' },
    });
  });

  test('from a folder inside, --dir is relative to it and next leads back to the root', async () => {
    await using workspace = await makeWorkspace({ 'packages/app/package.json': '{}' });
    const made = await runJson(workspace.path('packages/app'), [
      ...make,
      '--dir',
      '../speech',
      '--scope',
      '@corp',
    ]);
    expect(made.plugin).toMatchObject({
      packageName: '@corp/plugin-acme',
      directory: 'packages/speech',
    });
    expect(made.next).toEqual([
      'cd ../..',
      'npm install',
      'npm test -w @corp/plugin-acme',
      'npm run example -w @corp/plugin-acme',
    ]);
  });

  test('INIT_CWD counts where npm moved us, and only there', async () => {
    await using workspace = await makeWorkspace({ 'packages/app/package.json': '{}' });
    const env = { INIT_CWD: workspace.path('packages/app'), npm_command: 'exec' };
    const moved = await runJson(workspace.root, [...make, '--dir', '../moved', '--dry-run'], env);
    expect(moved.plugin?.directory).toBe('packages/moved');
    const script = await runJson(workspace.root, [...make, '--dir', 'packages/here', '--dry-run'], {
      ...env,
      npm_command: 'run-script',
    });
    expect(script.plugin?.directory).toBe('packages/here');
  });

  test('a link that leads outside is refused', async () => {
    await using outside = await makeWorkspace();
    await using workspace = await makeWorkspace();
    await mkdir(workspace.path('packages'));
    await symlink(outside.root, workspace.path('packages/plugins'));
    const before = [await workspace.snapshot(), await outside.snapshot()];
    const refused = await runJson(workspace.root, make);
    expect(refused).toMatchObject({ exited: 3, error: { code: 'E_OUTSIDE_ROOT' } });
    expect([await workspace.snapshot(), await outside.snapshot()]).toEqual(before);
  });

  test('without changesets there is no changeset, and the version is that of the first release', async () => {
    await using workspace = await makeWorkspace();
    await rm(workspace.path('.changeset'), { recursive: true });
    const made = await runJson(workspace.root, make);
    expect(made.files?.some(({ path }) => path.startsWith('.changeset'))).toBe(false);
    expect(await workspace.read('packages/plugins/acme/package.json')).toContain(
      '"version": "0.1.0"',
    );
  });

  test('with changesets it starts below its first release, which the changeset makes', async () => {
    await using workspace = await makeWorkspace();
    await runJson(workspace.root, make);
    const path = 'packages/plugins/acme/package.json';
    const manifest = await workspace.read(path);
    expect(manifest).toContain('"version": "0.0.0"');
    // What the release does to the version is no change of what was made.
    await workspace.write({ [path]: manifest.replace('"0.0.0"', '"0.1.0"') });
    expect((await runCli(workspace.root, make)).stdout).toMatch(/^Unchanged: .*answers\.\n$/);
  });
});

test('names keep what the user wrote', async () => {
  await using workspace = await makeWorkspace();
  await runCli(workspace.root, ['@corp/Acme AI', '--type', 'stt', '--env-prefix', 'ACME']);
  const provenance: unknown = JSON.parse(
    await workspace.read('packages/plugins/acme-ai/.vision-plugin.json'),
  );
  expect(provenance).toMatchObject({
    answers: {
      name: 'acme-ai',
      displayName: 'Acme AI',
      classPrefix: 'AcmeAI',
      envPrefix: 'ACME',
      packageName: '@corp/plugin-acme-ai',
    },
  });
});

describe('--install', () => {
  test('from a folder inside, a failure is retried where npm install ran', async () => {
    await using workspace = await makeWorkspace({ ...npm(1), 'packages/app/package.json': '{}' });
    const env = { npm_execpath: workspace.path('npm-cli.js') };
    const run = await runCli(workspace.path('packages/app'), [...make, '--install', '--json'], env);
    const { error, ok } = resultSchema.parse(JSON.parse(run.stdout));
    expect({ ok, fix: error?.fix }).toEqual({ ok: false, fix: 'cd ../.. && npm install' });
  });

  test('runs npm install at the root, and next does not repeat it', async () => {
    await using workspace = await makeWorkspace(npm(0));
    const env = { npm_execpath: workspace.path('npm-cli.js') };
    const { exitCode, stdout, stderr } = await runCli(
      workspace.root,
      [...make, '--install', '--json'],
      env,
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'noise\n' });
    expect(resultSchema.parse(JSON.parse(stdout)).next).not.toContain('npm install');
    expect(await workspace.read('installed')).toBe('install');
  });

  test('a failure is exit 7, and the plugin stays', async () => {
    await using workspace = await makeWorkspace(npm(1));
    const env = { npm_execpath: workspace.path('npm-cli.js') };
    const { exitCode, stdout, stderr } = await runCli(workspace.root, [...make, '--install'], env);
    expect(exitCode).toBe(7);
    expect(stdout).toContain('Created');
    expect(stdout).not.toContain('Next:');
    expect(stderr).toContain('E_POST_STEP  The plugin was written, but npm install failed: ');
    expect((stdout + stderr).match(/^ *npm install$/gm)).toEqual(['  npm install']);
    expect(await workspace.read('packages/plugins/acme/package.json')).not.toBe('');
  });
});

test('a stray -- from a package manager is not a word, --dry-run does not take the next one, NO_COLOR and --quiet hold', async () => {
  await using workspace = await makeWorkspace();
  const before = await workspace.snapshot();
  const run = await runCli(workspace.root, ['--', '--dry-run', 'acme', '--type', 'stt'], {
    NO_COLOR: '1',
  });
  expect(run).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('Nothing was written.'),
  });
  expect(run.stdout).not.toContain('\u001B');
  expect(await workspace.snapshot()).toEqual(before);
  expect(await runCli(workspace.root, [...make, '--quiet'])).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '',
  });
  expect(bin).toContain('create-vision-plugin');
});

test("takes over the workspace's licence and repository, which npm looks for in the package", async () => {
  const url = 'git+https://git.example/somebody/plugins.git';
  await using workspace = await makeWorkspace(
    { LICENSE: 'Do as you like.\n' },
    { ...workspaceManifest, license: 'MIT', repository: { type: 'git', url } },
  );
  await runCli(workspace.root, make);
  expect(await workspace.read('packages/plugins/acme/LICENSE')).toBe('Do as you like.\n');
  const manifest: unknown = JSON.parse(await workspace.read('packages/plugins/acme/package.json'));
  expect(manifest).toMatchObject({
    license: 'MIT',
    repository: { type: 'git', url, directory: 'packages/plugins/acme' },
    keywords: expect.arrayContaining(['vision-agents-plugin']),
    sideEffects: false,
    files: ['dist'],
    publishConfig: { access: 'public' },
  });
});

test.for([
  ['no tools', {}, []],
  ['a formatter', { oxfmt: '*' }, ['format', 'format:check']],
  ['a linter that knows types', { oxlint: '*', 'oxlint-tsgolint': '*' }, ['lint']],
] as const)(
  'has the scripts that the workspace has the tools for: %s',
  async ([, devDependencies, scripts]) => {
    await using workspace = await makeWorkspace({}, { ...workspaceManifest, devDependencies });
    await runCli(workspace.root, make);
    const manifest = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await workspace.read('packages/plugins/acme/package.json')));
    const tools = Object.keys(manifest.scripts).filter((name) => /lint|format/.test(name));
    expect(tools).toEqual(scripts);
  },
);

test('goes to packages/ where there is no better place', async () => {
  await using workspace = await makeWorkspace({}, { workspaces: ['packages/*'] });
  expect(await runCli(workspace.root, make)).toMatchObject({ exitCode: 0 });
  expect(await workspace.read('packages/acme/src/stt.ts')).toContain('STT');
});
