/**
 * The three ways in which what is published is used: the command makes a plugin in somebody's workspace, the plugin
 * follows a new release of core, and a program installs the plugin on its own. From a registry, as people do.
 *
 * Other people's packages come from what `npm ci` installed here, so it needs no network. `npm run test:registry` takes
 * them from the registry that npm is configured with, as a stranger does: in the newest versions that the ranges allow.
 */
import { createHash } from 'node:crypto';
import { cp, lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeOtherUser } from './registry/other-user.ts';
import { configuredRegistry, installedPackages, startRegistry } from './registry/registry.ts';
import type { Registry, Upstream } from './registry/registry.ts';
import { copyRepository } from './registry/repository-copy.ts';
import { makeSandbox, repository } from './registry/sandbox.ts';
import type { Sandbox } from './registry/sandbox.ts';

const MINUTE = 60_000;
let sandbox: Sandbox;
let upstream: Upstream;
let registry: Registry;

const bin = (name: string): string => `${repository}node_modules/.bin/${name}`;
const turbo = (folder: string, task: string, ...options: string[]) =>
  sandbox.run(folder, bin('turbo'), ['run', task, ...options]);
const changeset = (folder: string, ...args: string[]) =>
  sandbox.run(folder, bin('changeset'), args);
const git = (folder: string, ...args: string[]) => sandbox.run(folder, 'git', args);
const npm = (folder: string, ...args: string[]) => sandbox.run(folder, 'npm', args);
const read = (path: string) => readFile(sandbox.path(path), 'utf8');

beforeAll(async () => {
  sandbox = await makeSandbox();
  upstream =
    process.env['VISION_AGENTS_TEST_UPSTREAM'] === 'configured'
      ? await configuredRegistry()
      : await installedPackages();
  registry = await startRegistry(sandbox, upstream);
  await sandbox.useRegistry(registry.url);
  await copyRepository(sandbox, 'repository');
}, 2 * MINUTE);

afterAll(async () => {
  await registry?.stop();
  await upstream?.[Symbol.asyncDispose]();
  await sandbox?.[Symbol.asyncDispose]();
}, MINUTE);

async function published(name: string): Promise<{ versions: string[]; peers: unknown }> {
  const answer: unknown = await (await fetch(`${registry.url}/${name}`)).json();
  const versions = Object(Reflect.get(Object(answer), 'versions'));
  const keys = Object.keys(versions);
  const last: unknown = Reflect.get(versions, keys.at(-1) ?? '');
  return { versions: keys, peers: Reflect.get(Object(last), 'peerDependencies') };
}

async function versionOf(path: string): Promise<string> {
  const manifest: unknown = JSON.parse(await read(`${path}/package.json`));
  return String(Reflect.get(Object(manifest), 'version'));
}

/** Somebody's workspace, in an otherwise empty folder, and the plugin that they make in it. */
interface Stranger {
  readonly root: string;
  readonly name: string;
  /** Whether they have changesets already when the plugin is made. */
  readonly hasChangesets: boolean;
}

const plain: Stranger = { root: 'workspace', name: 'acme', hasChangesets: false };
const spaced: Stranger = { root: 'work space', name: 'open-voice', hasChangesets: true };
const strangers: ReadonlyArray<readonly [title: string, stranger: Stranger]> = [
  ['in a folder', plain],
  ['in a folder with a space in its path and with changesets', spaced],
];
const folderOf = ({ root, name }: Stranger) => `${root}/packages/${name}`;
const packageOf = ({ name }: Stranger) => `vision-agents-plugin-${name}`;

const workspaceFiles = (root: string) => ({
  [`${root}/package.json`]: {
    name: 'somebody',
    private: true,
    packageManager: 'npm@11.19.1',
    workspaces: ['packages/*'],
  },
  [`${root}/turbo.json`]: {
    tasks: {
      build: { dependsOn: ['^build'], outputs: ['dist/**'] },
      typecheck: {},
      test: { dependsOn: ['build'] },
    },
  },
});

/** Published versions of the first release; whatever number the packages have just now. */
const first = { core: '', testkit: '', create: '' };
let nextCore = '';

describe('published', { timeout: 4 * MINUTE }, () => {
  it('publishes every package that is not private', async () => {
    const cache = ['--cache-dir', sandbox.path('turbo')];
    await turbo('repository', 'build', '--output-logs=errors-only', ...cache);
    await changeset('repository', 'publish');
    first.core = await versionOf('repository/packages/core');
    first.testkit = await versionOf('repository/packages/testkit');
    first.create = await versionOf('repository/packages/create-vision-plugin');
    expect((await published('@vision-agents/core')).versions).toEqual([first.core]);
    expect((await published('@vision-agents/testkit')).versions).toEqual([first.testkit]);
    expect((await published('create-vision-plugin')).versions).toEqual([first.create]);
    expect((await fetch(`${registry.url}/@vision-agents/bench`)).status).toBe(404);
    expect(await git('repository', 'tag')).toContain(`@vision-agents/core@${first.core}`);
  });

  describe.each(strangers)('%s', (_title, stranger) => {
    const { root, name, hasChangesets } = stranger;
    const folder = folderOf(stranger);

    it('makes a plugin that passes its tests, builds and packs', async () => {
      await sandbox.write({ ...workspaceFiles(root), [`${root}/LICENSE`]: 'Do as you like.\n' });
      if (hasChangesets) await useChangesets(root);
      await sandbox.run(root, 'npx', ['--yes', 'create-vision-plugin', name, '--type', 'stt']);
      await npm(root, 'install');
      expect(await readdir(sandbox.path(folder))).not.toContain('package-lock.json');
      await testPlugin(stranger);
      await turbo(root, 'typecheck');
      await turbo(root, 'build', '--force');
      await npm(folder, 'pack');
      expect(await npm(folder, 'pack', '--dry-run')).toContain('LICENSE');
      const tarball = `${packageOf(stranger)}-${await versionOf(folder)}.tgz`;
      await sandbox.run(folder, bin('publint'), ['run', tarball, '--strict']);
      await sandbox.run(folder, bin('attw'), [tarball, '--profile', 'esm-only']);
    });

    it('publishes it for the first time, as 0.1.0', async () => {
      if (hasChangesets) {
        await changeset(root, 'version');
        expect(await read(`${folder}/CHANGELOG.md`)).toContain('Add Open Voice');
        await changeset(root, 'publish');
        expect(await git(root, 'tag')).toBe(`${packageOf(stranger)}@0.1.0\n`);
      } else {
        await npm(folder, 'publish');
      }
      expect(await published(packageOf(stranger))).toEqual({
        versions: ['0.1.0'],
        peers: { '@vision-agents/core': `>=${first.core} <1` },
      });
    });
  });

  it('releases a change to core alone', async () => {
    nextCore = await releaseCore();
    expect((await published('@vision-agents/core')).versions).toEqual([first.core, nextCore]);
    // Core's new version is in the peer range of the testkit, so the testkit needs no release.
    expect((await published('@vision-agents/testkit')).versions).toEqual([first.testkit]);
    expect((await published('create-vision-plugin')).versions).toEqual([first.create]);
  });

  describe.each(strangers)('%s', (_title, stranger) => {
    const { root, name, hasChangesets } = stranger;
    const folder = folderOf(stranger);

    it('the plugin passes with the new core, and is released with a change', async () => {
      await npm(folder, 'install', '--save-dev', `@vision-agents/core@^${nextCore}`);
      expect(await versionOf(`${root}/node_modules/@vision-agents/core`)).toBe(nextCore);
      await testPlugin(stranger);
      if (!hasChangesets) await useChangesets(root);
      const index = `${folder}/src/index.ts`;
      await sandbox.write({
        [index]: `${await read(index)}export const changedByTest = true;\n`,
        [`${root}/.changeset/a-change.md`]: `---\n'${packageOf(stranger)}': patch\n---\n\nAdd a constant.\n`,
      });
      await changeset(root, 'version');
      await rm(sandbox.path(folder, 'dist'), { recursive: true }); // publishing builds
      await changeset(root, 'publish');
      expect(await published(packageOf(stranger))).toEqual({
        versions: ['0.1.0', '0.1.1'],
        peers: { '@vision-agents/core': `>=${first.core} <1` },
      });
      // What was made is still known as such: versions and ranges are the user's to change.
      const again = ['create-vision-plugin', name, '--type', 'stt'];
      expect(await sandbox.run(root, 'npx', ['--yes', ...again])).toMatch(/^Unchanged: /);
    });

    it('the plugin as published keeps the contract', async () => {
      const fresh = `fresh ${name}`;
      await sandbox.write({
        [`${fresh}/package.json`]: { name: 'fresh', private: true, type: 'module' },
        [`${fresh}/src/index.ts`]: `export * from '${packageOf(stranger)}';\n`,
      });
      await cp(sandbox.path(folder, 'test'), sandbox.path(fresh, 'test'), { recursive: true });
      await npm(fresh, 'install', packageOf(stranger), '@vision-agents/testkit', 'vitest');
      expect(await versionOf(`${fresh}/node_modules/${packageOf(stranger)}`)).toBe('0.1.1');
      expect(await versionOf(`${fresh}/node_modules/@vision-agents/core`)).toBe(nextCore);
      expect(await sandbox.run(fresh, 'npx', ['vitest', 'run'])).toMatch(/Tests .*\d+ passed/);
    });
  });

  it('runs in a program of its own, also with a second copy of core', async () => {
    await sandbox.write({
      'a program/package.json': { name: 'program', private: true, type: 'module' },
      'a program/alone.js': alone,
      'a program/two-copies.js': twoCopies,
    });
    await npm('a program', 'install', 'vision-agents-plugin-acme');
    expect(await sandbox.run('a program', 'node', ['alone.js'])).toBe('imported and made\n');
    await npm('a program', 'install', `old-core@npm:@vision-agents/core@${first.core}`);
    expect(await sandbox.run('a program', 'node', ['two-copies.js'])).toBe('understood\n');
  });

  it('writes nothing for a user who may not write in the root of the workspace', async () => {
    const root = 'shared workspace';
    await sandbox.write({ ...workspaceFiles(root), [`${root}/packages/.gitkeep`]: '' });
    const user = await makeOtherUser(sandbox, registry.url);
    const make = ['--yes', 'create-vision-plugin', 'acme', '--type', 'stt'];
    for (const plugins of ['read', 'write'] as const) {
      await user.allow(`${root}/packages`, plugins);
      await user.allow(root, 'read');
      const before = await hashTree(sandbox.path(root));
      // Also where only the plugin's folder is theirs: npm install could not write the lockfile.
      await expect(user.npx(root, ...make)).rejects.toMatchObject({
        message: expect.stringMatching(/^E_NOT_WRITABLE {2}The workspace root .* is not writable/m),
        cause: { code: 4 },
      });
      expect(await hashTree(sandbox.path(root))).toEqual(before);
    }
    await user.allow(root, 'write');
    expect(await user.npx(root, ...make)).toContain('packages/acme');
    expect(await readdir(sandbox.path(root, 'packages/acme'))).toContain('package.json');
  });
});

/** As `changeset init` makes it, in a repository: changesets tags what it publishes. */
async function useChangesets(root: string): Promise<void> {
  await git(root, 'init', '--quiet', '--initial-branch=main');
  await git(root, 'config', 'user.name', 'Somebody');
  await git(root, 'config', 'user.email', 'somebody@example.com');
  await sandbox.write({
    [`${root}/.gitignore`]: 'node_modules\n',
    [`${root}/.changeset/config.json`]: {
      changelog: '@changesets/cli/changelog',
      access: 'restricted',
      baseBranch: 'main',
    },
  });
  await git(root, 'add', '--all');
  await git(root, 'commit', '--quiet', '--message', 'Start');
}

async function testPlugin({ root }: Stranger): Promise<void> {
  expect(await turbo(root, 'test', '--force')).toMatch(/Tests .*\d+ passed/);
}

/** Changes core in a way that a user can notice, and releases it as the `release` script of the repository does. */
async function releaseCore(): Promise<string> {
  const index = 'repository/packages/core/src/index.ts';
  await sandbox.write({
    [index]: `${await read(index)}export const addedByTest = true;\n`,
    'repository/.changeset/a-test.md':
      "---\n'@vision-agents/core': minor\n---\n\nAdd a constant.\n",
  });
  await npm('repository', 'run', 'release');
  return versionOf('repository/packages/core');
}

/** Every path below a folder, with its mode and content. */
async function hashTree(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const hashes = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const { mode } = await lstat(path);
    const content = entry.isFile() ? await readFile(path) : '';
    const hash = createHash('sha256').update(content).digest('hex');
    return [path, `${mode.toString(8)} ${hash}`] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}

const alone = `
import assert from 'node:assert/strict';
import * as acme from 'vision-agents-plugin-acme';
import { addedByTest, definePlugin, isPlugin } from '@vision-agents/core';
import manifest from '@vision-agents/core/package.json' with { type: 'json' };
assert(addedByTest);
assert.throws(
  () => definePlugin({ name: 'new', spec: 99, provides: {} }),
  new RegExp('core ' + manifest.version + ' understands'),
);
assert(isPlugin(acme.plugin));
assert.throws(() => new acme.STT(), /ACME_API_KEY/);
const stt = new acme.STT({ apiKey: 'key' });
await stt.close();
console.log('imported and made');
`;

const twoCopies = `
import assert from 'node:assert/strict';
import * as core from '@vision-agents/core';
import * as old from 'old-core';
import { AudioQueue } from '@vision-agents/core/audio';
import { AudioQueue as OldAudioQueue } from 'old-core/audio';
import { plugin, STT } from 'vision-agents-plugin-acme';

assert.notEqual(core.PcmData, old.PcmData);
for (const [own, other, Queue] of [[core, old, AudioQueue], [old, core, OldAudioQueue]]) {
  const pcm = other.PcmData.silence(20, other.MONO_16K);
  new Queue({ maxDurationMs: 1_000 }).put(pcm);
  assert.equal(own.PcmData.concat([pcm, own.PcmData.silence(20, own.MONO_16K)]).durationMs, 40);
  const error = new other.ProviderError({ provider: 'acme', kind: 'auth', message: 'refused' });
  assert(own.ProviderError.isInstance(error));
  assert(own.isPlugin(other.definePlugin({ name: 'acme', spec: 1, provides: { stt: STT } })));
  assert(own.isPlugin(plugin));
}
const stt = new STT({ apiKey: 'key', baseUrl: 'ws://127.0.0.1:9' });
await stt.start();
stt.send(old.PcmData.silence(20, old.MONO_16K));
await stt.close();
console.log('understood');
`;
