/** What a release changes besides the package it is made for: by changesets itself, with this repository's settings. */
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSandbox, repository } from './registry/sandbox.ts';
import type { Sandbox } from './registry/sandbox.ts';

const CORE = '@vision-agents/core';
const TESTKIT = '@vision-agents/testkit';
const PLUGIN = '@vision-agents/plugin-acme';

let sandbox: Sandbox;

/** Packages that depend on each other as ours do, and a plugin that the command has made beside them. */
beforeEach(async () => {
  sandbox = await makeSandbox();
  await sandbox.write({
    'package.json': {
      name: 'workspace',
      private: true,
      workspaces: ['packages/*', 'packages/plugins/*', 'apps/*'],
    },
    'package-lock.json': { lockfileVersion: 3 }, // npm's: what tells changesets where the packages are
    'packages/core/package.json': { name: CORE, version: '0.1.0' },
    'packages/testkit/package.json': {
      name: TESTKIT,
      version: '0.1.0',
      devDependencies: { [CORE]: '^0.1.0' },
      peerDependencies: { [CORE]: '>=0.1.0 <1' },
    },
    'apps/bench/package.json': {
      name: '@vision-agents/bench',
      version: '0.0.0',
      private: true,
      dependencies: { [CORE]: '^0.1.0' },
    },
  });
  await mkdir(sandbox.path('.changeset'));
  const config = '.changeset/config.json';
  await cp(join(repository, config), sandbox.path(config));
  const command = join(repository, 'packages/create-vision-plugin/bin/create-vision-plugin.js');
  await sandbox.run('.', 'node', [command, 'acme', '--type', 'stt']);
  const git = (...args: string[]) => sandbox.run('.', 'git', args);
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Test');
  await git('config', 'user.email', 'test@example.com');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Start');
  await version();
});
afterEach(() => sandbox[Symbol.asyncDispose]());

const version = () =>
  sandbox.run('.', join(repository, 'node_modules/.bin/changeset'), ['version']);

async function release(releases: Readonly<Record<string, 'patch' | 'minor' | 'major'>>) {
  const lines = Object.entries(releases).map(([name, type]) => `'${name}': ${type}\n`);
  await sandbox.write({ '.changeset/a-change.md': `---\n${lines.join('')}---\n\nA change.\n` });
  await version();
}

async function manifestOf(folder: string): Promise<unknown> {
  return JSON.parse(await readFile(sandbox.path(folder, 'package.json'), 'utf8'));
}

/** What a dependent of core and of the testkit says after a release. */
const dependent = (own: string, core: string, peer: string, testkit?: string) => ({
  version: own,
  devDependencies: { [CORE]: core, ...(testkit === undefined ? {} : { [TESTKIT]: testkit }) },
  peerDependencies: { [CORE]: peer },
});

describe('a release', { timeout: 60_000 }, () => {
  it('of a new plugin is 0.1.0', async () => {
    expect(await manifestOf('packages/plugins/acme')).toMatchObject(
      dependent('0.1.0', '^0.1.0', '>=0.1.0 <1', '^0.1.0'),
    );
  });

  it('of a minor version of core releases nothing else, and leaves what peers accept as it is', async () => {
    await release({ [CORE]: 'minor' });
    expect(await manifestOf('packages/core')).toMatchObject({ version: '0.2.0' });
    // Only what they are developed with follows, or the workspace could not link it.
    expect(await manifestOf('packages/testkit')).toMatchObject(
      dependent('0.1.0', '^0.2.0', '>=0.1.0 <1'),
    );
    expect(await manifestOf('packages/plugins/acme')).toMatchObject(
      dependent('0.1.0', '^0.2.0', '>=0.1.0 <1', '^0.1.0'),
    );
  });

  it('of a plugin together with core does not make it need the newest core', async () => {
    await release({ [CORE]: 'minor', [PLUGIN]: 'patch' });
    expect(await manifestOf('packages/plugins/acme')).toMatchObject(
      dependent('0.1.1', '^0.2.0', '>=0.1.0 <1', '^0.1.0'),
    );
  });

  it('of a core that peers do not accept releases them too, for that core up to the next', async () => {
    await release({ [CORE]: 'major' });
    expect(await manifestOf('packages/core')).toMatchObject({ version: '1.0.0' });
    expect(await manifestOf('packages/testkit')).toMatchObject(
      dependent('0.1.1', '^1.0.0', '>=1.0.0 <2.0.0'),
    );
    expect(await manifestOf('packages/plugins/acme')).toMatchObject(
      dependent('0.1.1', '^1.0.0', '>=1.0.0 <2.0.0', '^0.1.1'),
    );
  });

  it('of the testkit releases no plugin: they are only tested with it', async () => {
    await release({ [TESTKIT]: 'minor' });
    expect(await manifestOf('packages/testkit')).toMatchObject({ version: '0.2.0' });
    expect(await manifestOf('packages/plugins/acme')).toMatchObject(
      dependent('0.1.0', '^0.1.0', '>=0.1.0 <1', '^0.2.0'),
    );
  });

  it('never has a private app in it', async () => {
    await release({ '@vision-agents/bench': 'minor' });
    expect(await manifestOf('apps/bench')).toMatchObject({ version: '0.0.0' });
    await release({ [CORE]: 'minor' });
    expect(await manifestOf('apps/bench')).toMatchObject({
      version: '0.0.0',
      dependencies: { [CORE]: '^0.2.0' },
    });
    await expect(readFile(sandbox.path('apps/bench/CHANGELOG.md'))).rejects.toThrow('ENOENT');
  });
});
