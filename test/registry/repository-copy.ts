import { execFile } from 'node:child_process';
import { cp, glob, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

const execute = promisify(execFile);

/**
 * Copies what the working tree has, uncommitted changes too, into a git repository of its own. What is installed is
 * linked to, except our packages: those are the copy's.
 */
export async function copyRepository(sandbox: Sandbox, to: string): Promise<void> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await execute('git', list, { cwd: repository, maxBuffer: 2 ** 26 });
  const deleted = (await execute('git', ['ls-files', '-z', '--deleted'], { cwd: repository }))
    .stdout;
  const gone = new Set(deleted.split('\0'));
  const copy = sandbox.path(to);
  await mkdir(copy, { recursive: true });
  for (const file of stdout.split('\0')) {
    if (file !== '' && !gone.has(file)) await cp(join(repository, file), join(copy, file));
  }
  await linkModules(join(repository, 'node_modules'), join(copy, 'node_modules'));
  const folders = await Array.fromAsync(glob('packages/{*,plugins/*}', { cwd: repository }));
  for (const folder of folders) {
    const modules = join(folder, 'node_modules');
    await linkModules(join(repository, modules), join(copy, modules));
  }
  const git = (...args: string[]) => sandbox.run(to, 'git', args);
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Test');
  await git('config', 'user.email', 'test@example.com');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Start');
}

async function linkModules(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch(() => []);
  if (entries.length === 0) return;
  await mkdir(to, { recursive: true });
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === '@vision-agents')
      await cp(source, target, { recursive: true, verbatimSymlinks: true });
    else if (entry.isSymbolicLink()) await cp(source, target, { verbatimSymlinks: true });
    else if (!/^\.(?:package-lock\.json|vite.*|cache)$/.test(entry.name))
      await symlink(source, target, 'junction');
  }
}
