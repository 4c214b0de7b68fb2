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

/** Runs npm as a person would, with the tool chain's own Node. */
async function npm(cwd: string, args: readonly string[]): Promise<string> {
  const bin = join(repository, 'node_modules', '.bin');
  const path = [bin, dirname(process.execPath), process.env['PATH']].join(delimiter);
  const env = plainEnvironment({ PATH: path, CI: 'true' });
  try {
    const { stdout } = await run('npm', [...args], { cwd, env, maxBuffer: 2 ** 24 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = z.object({ stdout: z.string(), stderr: z.string() }).parse(error);
    throw new Error(`npm ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

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
    ['a short name', 'x', 'ws'],
    ['the longest name', longName, 'ws'],
    ['a name with a scope', '@acme-labs/Open Voice', 'ws'],
    ['a short name', 'x', 'worker'],
    ['the longest name', longName, 'http'],
    ['a name with a scope', '@acme-labs/Open Voice', 'sdk'],
  ])('%s: %s over %s', { timeout: 180_000 }, async (_shape, name, transport) => {
    await using workspace = await makeToolChainWorkspace();
    const answers = ['--type', 'stt', '--transport', transport];
    const made = await runCli(workspace.root, [name, ...answers, '--json']);
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    const [folder = ''] = await readdir(workspace.path('packages/plugins'));
    const plugin = workspace.path(join('packages/plugins', folder));

    for (const script of ['format:check', 'lint', 'typecheck', 'test', 'build']) {
      await npm(plugin, ['run', '--silent', script]);
    }
    const packed = z
      .array(z.object({ files: z.array(z.object({ path: z.string() })) }))
      .parse(JSON.parse(await npm(plugin, ['pack', '--dry-run', '--json', '--ignore-scripts'])));
    const paths = packed.flatMap(({ files }) => files.map(({ path }) => path));
    expect(paths.filter((path) => !/^(dist\/|README\.md$|package\.json$)/.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['dist/index.js', 'dist/index.d.ts']));
  });

  test.each([
    ['a short name', 'x', 'ws'],
    ['the longest name', longName, 'worker'],
    ['a name with a scope', '@acme-labs/Open Voice', 'sdk'],
  ])(
    'on its own, with packed dependencies: %s, %s over %s',
    {
      timeout: 180_000,
    },
    async (_shape, name, transport) => {
      await using workspace = await makeWorkspace({}, { name: 'around' });
      const answers = ['--type', 'stt', '--transport', transport, '--dir', 'plugin'];
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

  test.each(catalogue.stt.available)(
    '%s: in 18 files at most, with a plugin that fits on a page or two',
    async (transport) => {
      await using workspace = await makeWorkspace();
      await runCli(workspace.root, ['acme', '--type', 'stt', '--transport', transport]);
      const plugin = workspace.path('packages/plugins/acme');
      const entries = await readdir(plugin, { recursive: true, withFileTypes: true });
      expect(entries.filter((entry) => entry.isFile()).length).toBeLessThanOrEqual(18);
      const lines = (await workspace.read('packages/plugins/acme/src/stt.ts')).split('\n');
      expect(lines.filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length).toBeLessThan(100);
    },
  );
});
