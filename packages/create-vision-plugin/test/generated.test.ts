import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { catalogue } from '../src/catalogue.ts';
import { plainEnvironment, runCli } from './support/cli.ts';
import { makeWorkspace, workspaceManifest } from './support/workspace.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);

/** A workspace with this repository's tool chain and packages, and its rules for format and lint. */
async function makeToolChainWorkspace() {
  const tools = { oxfmt: '*', oxlint: '*', 'oxlint-tsgolint': '*' };
  const workspace = await makeWorkspace({}, { ...workspaceManifest, devDependencies: tools });
  await symlink(join(repository, 'node_modules'), workspace.path('node_modules'));
  for (const rules of ['.oxfmtrc.json', '.oxlintrc.json']) {
    await copyFile(join(repository, rules), workspace.path(rules));
  }
  return workspace;
}

/** Runs a tool as a person would, with the tool chain's own Node. */
async function tool(cwd: string, name: string, args: readonly string[]): Promise<string> {
  const bin = join(repository, 'node_modules', '.bin');
  const path = [bin, dirname(process.execPath), process.env['PATH']].join(delimiter);
  const env = plainEnvironment({ PATH: path, CI: 'true' });
  try {
    const { stdout } = await run(name, [...args], { cwd, env, maxBuffer: 2 ** 24 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = z.object({ stdout: z.string(), stderr: z.string() }).parse(error);
    throw new Error(`${name} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

const npm = (cwd: string, args: readonly string[]): Promise<string> => tool(cwd, 'npm', args);

/** Dependencies as they would be installed, with core and the testkit as npm packs them. */
async function installPacked(plugin: string): Promise<void> {
  const own = join(plugin, 'node_modules', '@vision-agents');
  await mkdir(own, { recursive: true });
  for (const entry of await readdir(join(repository, 'node_modules'))) {
    if (entry === '@vision-agents' || entry === '.cache') continue;
    await symlink(join(repository, 'node_modules', entry), join(plugin, 'node_modules', entry));
  }
  for (const name of ['core', 'testkit']) {
    const folder = join(repository, 'packages', name);
    const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', own];
    const tarball = (await npm(folder, args)).trim();
    await run('tar', ['-xzf', tarball], { cwd: own });
    await rename(join(own, 'package'), join(own, name));
    await rm(join(own, tarball));
  }
}

const longName = 'provider-of-speech-with-a-name-of-fifty-characters';

describe('what is generated passes everything without an edit', () => {
  test.each([
    ['a short name', 'x', 'stt', 'ws'],
    ['the longest name', longName, 'stt', 'ws'],
    ['a name with a scope', '@acme-labs/Open Voice', 'stt', 'ws'],
    ['a short name', 'x', 'stt', 'worker'],
    ['the longest name', longName, 'stt', 'http'],
    ['a name with a scope', '@acme-labs/Open Voice', 'stt', 'sdk'],
    ['the longest name', longName, 'llm', 'openai-compatible'],
    ['a short name', 'x', 'llm', 'http'],
    ['a name with a scope', '@acme-labs/Open Voice', 'llm', 'sdk'],
    ['a short name', 'x', 'tts', 'sdk'],
    ['the longest name', longName, 'tts', 'ws'],
    ['a name with a scope', '@acme-labs/Open Voice', 'tts', 'http'],
    ['a short name', 'x', 'tts,llm', 'tts=ws,llm=http'],
    ['the longest name', longName, 'stt,tts,llm', 'stt=ws,tts=http,llm=openai-compatible'],
    ['a name with a scope', '@acme-labs/Open Voice', 'vlm', 'openai-compatible'],
    ['the longest name', longName, 'vlm', 'http'],
    ['a short name', 'x', 'vlm', 'sdk'],
  ])('%s: %s, %s over %s', { timeout: 180_000 }, async (_shape, name, type, transport) => {
    await using workspace = await makeToolChainWorkspace();
    const answers = ['--type', type, '--transport', transport];
    const made = await runCli(workspace.root, [name, ...answers, '--json']);
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    const [folder = ''] = await readdir(workspace.path('packages/plugins'));
    const plugin = workspace.path(join('packages/plugins', folder));

    for (const script of ['format:check', 'lint', 'typecheck', 'test', 'build']) {
      await npm(plugin, ['run', '--silent', script]);
    }
    const packed = z
      .array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }))
      .parse(JSON.parse(await npm(plugin, ['pack', '--json', '--ignore-scripts'])));
    const paths = packed.flatMap(({ files }) => files.map(({ path }) => path));
    const modules = (await readdir(join(plugin, 'src'))).map((file) => file.replace(/\.ts$/, ''));
    expect(paths.toSorted()).toEqual(
      [
        'README.md',
        'package.json',
        ...modules.flatMap((module) => [`dist/${module}.js`, `dist/${module}.d.ts`]),
      ].toSorted(),
    );
    const tarball = packed[0]?.filename ?? '';
    await tool(plugin, 'publint', ['run', tarball, '--strict']);
    await tool(plugin, 'attw', [tarball, '--profile', 'esm-only', '--no-color']);
  });

  test.each([
    ['a short name', 'x', 'stt', 'ws'],
    ['the longest name', longName, 'stt', 'worker'],
    ['a name with a scope', '@acme-labs/Open Voice', 'stt', 'sdk'],
    ['the longest name', longName, 'tts', 'http'],
    ['a name with a scope', '@acme-labs/Open Voice', 'llm', 'openai-compatible'],
    ['a short name', 'x', 'stt,tts,llm', 'stt=http,tts=ws,llm=sdk'],
  ])(
    'on its own, with packed dependencies: %s, %s, %s over %s',
    {
      timeout: 180_000,
    },
    async (_shape, name, type, transport) => {
      await using workspace = await makeWorkspace({}, { name: 'around' });
      const answers = ['--type', type, '--transport', transport, '--dir', 'plugin'];
      const made = await runCli(workspace.root, [name, ...answers, '--json']);
      expect(made).toMatchObject({ exitCode: 0, stderr: '' });
      const plugin = workspace.path('plugin');
      await installPacked(plugin);

      for (const script of ['format:check', 'lint', 'typecheck', 'test', 'build']) {
        await npm(plugin, ['run', '--silent', script]);
      }
      const packed = await npm(plugin, ['pack', '--dry-run', '--json', '--ignore-scripts']);
      expect(packed).toContain('"path": "LICENSE"');
      expect(packed).toContain('"path": "dist/index.js"');
      expect(packed).not.toContain('.vision-plugin.json');
    },
  );

  test.each([
    ...catalogue.stt.available.map((transport) => ['stt', transport, 100] as const),
    ...catalogue.tts.available.map((transport) => ['tts', transport, 100] as const),
    ...catalogue.llm.available.map((transport) => ['llm', transport, 120] as const),
    ...catalogue.vlm.available.map((transport) => ['vlm', transport, 140] as const),
  ])(
    '%s over %s: in 18 files at most, with a plugin that fits on a page or two',
    async (type, transport, mostLines) => {
      await using workspace = await makeWorkspace();
      await runCli(workspace.root, ['acme', '--type', type, '--transport', transport]);
      const plugin = workspace.path('packages/plugins/acme');
      const entries = await readdir(plugin, { recursive: true, withFileTypes: true });
      expect(entries.filter((entry) => entry.isFile()).length).toBeLessThanOrEqual(18);
      const lines = (await workspace.read(`packages/plugins/acme/src/${type}.ts`)).split('\n');
      expect(lines.filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length).toBeLessThanOrEqual(
        mostLines,
      );
    },
  );
});
