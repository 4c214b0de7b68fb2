import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules/.bin');

/** A repository with the generators of this one, and nothing else. */
async function makeRepository() {
  const folder = await mkdtemp(join(tmpdir(), 'generators-'));
  await mkdir(join(folder, 'packages/plugins'), { recursive: true });
  const manifest = {
    name: 'repository',
    private: true,
    type: 'module',
    workspaces: ['packages/*', 'packages/plugins/*'],
    packageManager: 'npm@11.19.1',
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  for (const path of ['scripts', 'turbo']) {
    await cp(join(root, path), join(folder, path), { recursive: true });
  }
  for (const path of ['plopfile.js', 'turbo.json']) {
    await copyFile(join(root, path), join(folder, path));
  }
  for (const path of ['node_modules', 'packages/create-vision-plugin']) {
    await symlink(join(root, path), join(folder, path));
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

function run(cwd: string, program: string, args: readonly string[]) {
  const env = {
    ...process.env,
    PATH: [bin, process.env['PATH']].join(delimiter),
    CI: 'true',
    npm_config_offline: 'true',
  };
  return promisify(execFile)(join(bin, program), [...args], { cwd, env });
}

describe('the generators of the command', { timeout: 60_000 }, () => {
  it('run in plop, which fails when the command does', async () => {
    await using repository = await makeRepository();
    const { folder } = repository;
    const { stdout } = await run(folder, 'plop', ['plugin', 'acme', 'stt', 'http']);
    expect(stdout).toContain('Created vision-agents-plugin-acme in packages/plugins/acme');
    const source = join(folder, 'packages/plugins/acme/src/stt.ts');
    expect(await readFile(source, 'utf8')).toContain('SegmentedSTT');
    const updated = await run(folder, 'plop', ['update', 'packages/plugins/acme']);
    expect(updated.stdout).toContain('Up to date: vision-agents-plugin-acme');
    await expect(run(folder, 'plop', ['plugin', 'beta', 'sst', ''])).rejects.toMatchObject({
      stdout: expect.stringContaining('E_TYPE_UNKNOWN'),
    });
  });

  it('run in turbo gen', async () => {
    await using repository = await makeRepository();
    const { folder } = repository;
    await run(folder, 'turbo', ['gen', 'root/plugin', '--args', 'acme', 'stt', 'ws']);
    const source = join(folder, 'packages/plugins/acme/src/stt.ts');
    expect(await readFile(source, 'utf8')).toContain('StreamingSTT');
  });
});
