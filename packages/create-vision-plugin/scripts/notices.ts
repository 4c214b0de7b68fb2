import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  author: z.optional(
    z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]),
  ),
});

/** The licences of the packages that are in the bundle, which their terms ask to be passed on. */
export async function thirdPartyNotices(
  metafile: Metafile,
  workingFolder: string,
): Promise<string> {
  const bundled = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [path] : [],
    ),
  );
  const folders = new Set(
    bundled.flatMap((path) => /^[^:]*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const notices = [...folders].toSorted().map((folder) => noticeOf(resolve(workingFolder, folder)));
  return (await Promise.all(notices)).join(`\n${'-'.repeat(80)}\n\n`);
}

/** A package's licence text; where it ships none, what its manifest says. */
async function noticeOf(folder: string): Promise<string> {
  const manifest = manifestSchema.parse(
    JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')),
  );
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  const text =
    file === undefined
      ? `${manifest.license}, ${manifest.author ?? 'its contributors'}`
      : await readFile(join(folder, file), 'utf8');
  return `${manifest.name} ${manifest.version}\n\n${text.trim()}\n`;
}
