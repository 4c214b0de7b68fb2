import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

const root = fileURLToPath(new URL('..', import.meta.url));

const resultSchema = z.object({
  plugins: z.array(z.object({ packageName: z.string(), directory: z.string() })),
  findings: z.array(
    z.object({
      rule: z.string(),
      level: z.string(),
      message: z.string(),
      file: z.optional(z.string()),
      fix: z.string(),
    }),
  ),
});

/** What `create-vision-plugin doctor` says of every plugin here; its exit code is no failure of the run. */
async function examineAll(): Promise<z.infer<typeof resultSchema>> {
  const command = join(root, 'packages/create-vision-plugin/bin/create-vision-plugin.js');
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, [command, 'doctor', '--all', '--json'], { cwd: root }, (_, text) =>
      resolve(text),
    );
  });
  return resultSchema.parse(JSON.parse(stdout));
}

describe('the plugins of this repository', () => {
  let result: z.infer<typeof resultSchema>;
  beforeAll(async () => {
    result = await examineAll();
  }, 60_000);

  it('are healthy, as doctor sees it', () => {
    expect(result.plugins).not.toEqual([]);
    // What a new version of the templates would change is for `create-vision-plugin update --all`.
    const counts = result.findings.filter(
      ({ rule, level }) => rule !== 'drift' && level !== 'info',
    );
    expect(counts).toEqual([]);
  });

  it('are listed with their packages', async () => {
    const list = await readFile(join(root, 'docs/plugins.md'), 'utf8');
    for (const { packageName, directory } of result.plugins)
      expect(list).toMatch(
        new RegExp(`^- \\[.+\\]\\(\\.\\./${directory}\\): .+\`${packageName}\``, 'm'),
      );
  });
});
