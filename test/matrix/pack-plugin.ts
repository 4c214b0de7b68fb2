import { join } from 'node:path';
import { z } from 'zod';
import { repository } from '../registry/sandbox.ts';
import type { Sandbox } from '../registry/sandbox.ts';
import type { Step } from './matrix-table.ts';

const Packed = z.array(z.object({ filename: z.string() })).length(1);
const bin = (name: string): string => join(repository, 'node_modules/.bin', name);

/** Runs something, and notes why it failed. */
export async function step(
  name: string,
  task: () => Promise<unknown>,
  failures: string[],
): Promise<Step> {
  const startMs = performance.now();
  let ok = true;
  try {
    await task();
  } catch (error) {
    ok = false;
    failures.push(error instanceof Error ? error.message : String(error));
  }
  return { name, durationMs: performance.now() - startMs, ok };
}

/** Packs a built plugin, and looks at the tarball as its users' tools will. */
export function packPlugin(sandbox: Sandbox, folder: string, failures: string[]): Promise<Step> {
  return step(
    'pack',
    async () => {
      const args = ['pack', '--json', '--silent', '--ignore-scripts'];
      const [packed] = Packed.parse(JSON.parse(await sandbox.run(folder, 'npm', args)));
      const tarball = packed?.filename ?? '';
      await sandbox.run(folder, bin('publint'), ['run', tarball, '--strict']);
      await sandbox.run(folder, bin('attw'), [tarball, '--profile', 'esm-only']);
    },
    failures,
  );
}
