/**
 * The three ways in which what is published is used: the command makes a plugin in somebody's workspace, the plugin
 * follows a new release of core, and a program installs the plugin on its own. From a registry, as people do.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRegistry } from './registry/registry.ts';
import type { Registry } from './registry/registry.ts';
import { copyRepository } from './registry/repository-copy.ts';
import { makeSandbox, repository } from './registry/sandbox.ts';
import type { Sandbox } from './registry/sandbox.ts';

const MINUTE = 60_000;
let sandbox: Sandbox;
let registry: Registry;

const bin = (name: string): string => `${repository}node_modules/.bin/${name}`;
const inCopy = (command: string, ...args: string[]) =>
  sandbox.run('repository', bin(command), args);
const turbo = (task: string) => sandbox.run('work space', bin('turbo'), ['run', task, '--force']);
const npm = (folder: string, ...args: string[]) => sandbox.run(folder, 'npm', args);

beforeAll(async () => {
  sandbox = await makeSandbox();
  registry = await startRegistry(sandbox);
  await sandbox.useRegistry(registry.url);
  await copyRepository(sandbox, 'repository');
}, 2 * MINUTE);

afterAll(async () => {
  await registry?.stop();
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
  const manifest: unknown = JSON.parse(await readFile(sandbox.path(path, 'package.json'), 'utf8'));
  return String(Reflect.get(Object(manifest), 'version'));
}

/** Published versions of the first release; whatever number the packages have just now. */
const first = { core: '', testkit: '', create: '' };
const acme = 'work space/packages/acme';

describe('published', { timeout: 4 * MINUTE }, () => {
  it('publishes every package that is not private', async () => {
    await inCopy(
      'turbo',
      'run',
      'build',
      '--output-logs=errors-only',
      '--cache-dir',
      sandbox.path('turbo'),
    );
    await inCopy('changeset', 'publish');
    first.core = await versionOf('repository/packages/core');
    first.testkit = await versionOf('repository/packages/testkit');
    first.create = await versionOf('repository/packages/create-vision-plugin');
    expect((await published('@vision-agents/core')).versions).toEqual([first.core]);
    expect((await published('@vision-agents/testkit')).versions).toEqual([first.testkit]);
    expect((await published('create-vision-plugin')).versions).toEqual([first.create]);
    expect((await fetch(`${registry.url}/@vision-agents/bench`)).status).toBe(404);
    const tags = await sandbox.run('repository', 'git', ['tag']);
    expect(tags).toContain(`@vision-agents/core@${first.core}`);
  });

  it('makes a plugin in an empty workspace that passes its tests, builds and packs', async () => {
    await sandbox.write({
      'work space/package.json': {
        name: 'somebody',
        private: true,
        packageManager: 'npm@11.19.1',
        workspaces: ['packages/*'],
      },
      'work space/LICENSE': 'Do as you like.\n',
      'work space/turbo.json': {
        tasks: {
          build: { dependsOn: ['^build'], outputs: ['dist/**'] },
          typecheck: {},
          test: { dependsOn: ['build'] },
        },
      },
    });
    await sandbox.run('work space', 'npx', [
      '--yes',
      'create-vision-plugin',
      'acme',
      '--type',
      'stt',
    ]);
    await npm('work space', 'install');
    expect(await readdir(sandbox.path(acme))).not.toContain('package-lock.json');
    await checkPlugin();
    await npm(acme, 'pack');
    expect(await npm(acme, 'pack', '--dry-run')).toContain('LICENSE');
    const tarball = 'vision-agents-plugin-acme-0.1.0.tgz';
    await sandbox.run(acme, bin('publint'), ['run', tarball, '--strict']);
    await sandbox.run(acme, bin('attw'), [tarball, '--profile', 'esm-only']);
    await npm(acme, 'publish');
    expect(await published('vision-agents-plugin-acme')).toEqual({
      versions: ['0.1.0'],
      peers: { '@vision-agents/core': `>=${first.core} <1` },
    });
  });

  it('releases a change to core alone, and the plugin passes with it', async () => {
    const next = await releaseCore();
    expect((await published('@vision-agents/core')).versions).toEqual([first.core, next]);
    // Core's new version is in the peer range of the testkit, so the testkit needs no release.
    expect((await published('@vision-agents/testkit')).versions).toEqual([first.testkit]);
    expect((await published('create-vision-plugin')).versions).toEqual([first.create]);

    await npm(acme, 'install', '--save-dev', `@vision-agents/core@^${next}`);
    expect(await versionOf('work space/node_modules/@vision-agents/core')).toBe(next);
    await checkPlugin();
    await npm(acme, 'version', 'patch', '--no-git-tag-version');
    await npm(acme, 'publish');
    expect((await published('vision-agents-plugin-acme')).versions).toEqual(['0.1.0', '0.1.1']);
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
});

async function checkPlugin(): Promise<void> {
  await turbo('typecheck');
  expect(await turbo('test')).toMatch(/Tests .*\d+ passed/);
  await turbo('build');
}

/** Changes core in a way that a user can notice, and releases it as the `release` script of the repository does. */
async function releaseCore(): Promise<string> {
  const index = sandbox.path('repository/packages/core/src/index.ts');
  await writeFile(index, `${await readFile(index, 'utf8')}export const addedByTest = true;\n`);
  await sandbox.write({
    'repository/.changeset/a-test.md':
      "---\n'@vision-agents/core': minor\n---\n\nAdd a constant.\n",
  });
  await sandbox.run('repository', 'npm', ['run', 'release']);
  return versionOf('repository/packages/core');
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
