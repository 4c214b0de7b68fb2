import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { repository } from '../registry/sandbox.ts';
import type { Sandbox } from '../registry/sandbox.ts';

/** What a plugin is made by, and made of. */
const ours = ['core', 'testkit', 'create-vision-plugin'];

/** Packs what is built here, and publishes the tarballs to the registry that the sandbox uses. */
export async function publishPacked(sandbox: Sandbox): Promise<void> {
  await mkdir(sandbox.path('tarballs'));
  for (const name of ours) {
    const args = ['pack', '--silent', '--ignore-scripts'];
    const { stdout } = await promisify(execFile)(
      'npm',
      [...args, '--pack-destination', sandbox.path('tarballs')],
      { cwd: join(repository, 'packages', name) },
    );
    await sandbox.run('tarballs', 'npm', ['publish', `./${stdout.trim()}`]);
  }
}
