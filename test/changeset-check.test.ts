import { appendFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { copyRepository } from './registry/repository-copy.ts';
import { makeSandbox } from './registry/sandbox.ts';
import type { Sandbox } from './registry/sandbox.ts';

let sandbox: Sandbox;
const git = (...args: string[]) => sandbox.run('copy', 'git', args);
const check = (...args: string[]) =>
  sandbox.run('copy', 'node', ['scripts/changeset-check.ts', ...args]);

beforeAll(async () => {
  sandbox = await makeSandbox();
  await copyRepository(sandbox, 'copy');
}, 60_000);
afterAll(() => sandbox[Symbol.asyncDispose]());
beforeEach(() => git('checkout', '--quiet', '-B', 'work', 'main'));

async function change(...files: string[]): Promise<void> {
  for (const file of files) await appendFile(sandbox.path('copy', file), '\n');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Change');
}

async function addChangeset(frontMatter: string): Promise<void> {
  await sandbox.write({ 'copy/.changeset/a-test.md': `---\n${frontMatter}---\n\nA test.\n` });
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Changeset');
}

describe('changeset:check', { timeout: 60_000 }, () => {
  it('wants a changeset for each package that changed, not for just any', async () => {
    await change('packages/core/src/index.ts');
    await expect(check()).rejects.toThrow('without a changeset: @vision-agents/core.');
    await addChangeset("'create-vision-plugin': patch\n");
    await expect(check()).rejects.toThrow('without a changeset: @vision-agents/core.');
    await addChangeset("'@vision-agents/core': patch\n");
    expect(await check()).toContain('@vision-agents/core');
  });

  it('counts the templates to the command that renders them', async () => {
    await change('templates/stt/README.md.hbs');
    await expect(check()).rejects.toThrow('without a changeset: create-vision-plugin.');
  });

  it('wants none for tests and for what is private, and takes an empty one for an answer', async () => {
    await change('packages/core/src/stream.test.ts', 'apps/bench/src/bench.ts', 'README.md');
    await check();
    await change('packages/core/src/index.ts');
    await addChangeset('');
    await check();
  });

  it('says what to do where there is nothing to compare with', async () => {
    await expect(check('nowhere')).rejects.toThrow('nowhere is not a commit');
    await git('branch', '--move', 'main', 'trunk');
    await expect(check()).rejects.toThrow('git fetch --unshallow');
    await git('branch', '--move', 'trunk', 'main');
  });
});
