import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { resultSchema } from '../../src/result.ts';
import { plainEnvironment, runCli } from './cli.ts';
import { argumentsOf } from './plugin-matrix.ts';
import type { MatrixPlugin } from './plugin-matrix.ts';
import { makeWorkspace, workspaceManifest } from './workspace.ts';
import type { TemporaryWorkspace } from './workspace.ts';

const repository = join(import.meta.dirname, '..', '..', '..', '..');
const modules = join(repository, 'node_modules');
const execute = promisify(execFile);

/** A workspace with this repository's tool chain and packages, and its rules for format and lint. */
export async function makeToolChainWorkspace(): Promise<TemporaryWorkspace> {
  const tools = { oxfmt: '*', oxlint: '*', 'oxlint-tsgolint': '*' };
  const workspace = await makeWorkspace({}, { ...workspaceManifest, devDependencies: tools });
  await symlink(modules, workspace.path('node_modules'));
  for (const rules of ['.oxfmtrc.json', '.oxlintrc.json'])
    await copyFile(join(repository, rules), workspace.path(rules));
  return workspace;
}

/** Makes the plugin with the built command. Returns its folder. */
export async function makePlugin(cwd: string, plugin: MatrixPlugin): Promise<string> {
  const made = await runCli(cwd, [...argumentsOf(plugin), '--json']);
  const result = resultSchema.parse(JSON.parse(made.stdout));
  if (made.exitCode !== 0 || made.stderr !== '' || result.plugin === undefined)
    throw new Error(`${argumentsOf(plugin).join(' ')} failed:\n${made.stdout}\n${made.stderr}`);
  return join(result.plugin.root, result.plugin.directory);
}

/** Runs a tool of the chain as a person would, with the chain's own Node. Returns what it printed. */
export async function tool(cwd: string, name: string, args: readonly string[]): Promise<string> {
  const path = [join(modules, '.bin'), dirname(process.execPath), process.env['PATH']];
  const env = plainEnvironment({ PATH: path.join(delimiter), CI: 'true' });
  try {
    const { stdout } = await execute(name, [...args], { cwd, env, maxBuffer: 2 ** 24 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = z.object({ stdout: z.string(), stderr: z.string() }).parse(error);
    throw new Error(`${name} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

export const npm = (cwd: string, args: readonly string[]): Promise<string> =>
  tool(cwd, 'npm', args);

/** Runs scripts of a plugin, one after the other. */
export async function runScripts(plugin: string, scripts: readonly string[]): Promise<void> {
  for (const script of scripts) await npm(plugin, ['run', '--silent', script]);
}

export interface PackedPackages extends AsyncDisposable {
  /** Gives a plugin its dependencies as if they were installed, with core and the testkit as npm packs them. */
  installTo(plugin: string): Promise<void>;
}

/** Packs core and the testkit, once for all who want them. */
export async function packPackages(): Promise<PackedPackages> {
  const folder = await mkdtemp(join(tmpdir(), 'cvp-packed-'));
  for (const name of ['core', 'testkit']) {
    const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
    const tarball = (await npm(join(repository, 'packages', name), args)).trim();
    await execute('tar', ['-xzf', tarball], { cwd: folder });
    await rename(join(folder, 'package'), join(folder, name));
    await rm(join(folder, tarball));
  }
  return {
    async installTo(plugin) {
      const own = join(plugin, 'node_modules', '@vision-agents');
      await mkdir(own, { recursive: true });
      for (const entry of await readdir(modules)) {
        if (entry === '@vision-agents' || entry === '.cache') continue;
        await symlink(join(modules, entry), join(plugin, 'node_modules', entry));
      }
      // Copies: what is linked to would find its dependencies elsewhere.
      for (const name of ['core', 'testkit'])
        await execute('cp', ['-R', join(folder, name), join(own, name)]);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The paths that npm packs of a built plugin, and the tarball. */
export async function pack(plugin: string): Promise<{ tarball: string; paths: string[] }> {
  const printed: unknown = JSON.parse(await npm(plugin, ['pack', '--json', '--ignore-scripts']));
  const packed = z
    .array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }))
    .parse(printed);
  const paths = packed.flatMap(({ files }) => files.map(({ path }) => path));
  return { tarball: packed[0]?.filename ?? '', paths: paths.toSorted() };
}

/** What a plugin has to be published with: its manifest, its README, and code and types of each of its modules. */
export async function expectedPaths(plugin: string, ...more: string[]): Promise<string[]> {
  const sources = await readdir(join(plugin, 'src'));
  const built = sources.flatMap((file) => {
    const name = file.replace(/\.ts$/, '');
    return [`dist/${name}.js`, `dist/${name}.d.ts`];
  });
  return ['README.md', 'package.json', ...built, ...more].toSorted();
}

/** Lines of code: neither blank nor comments. */
export async function linesOf(file: string): Promise<number> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length;
}
