import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';

/**
 * The licences of the packages that are in the bundle, which their terms ask to be passed on.
 *
 * @throws Error when a package has none
 */
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
    bundled.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const notices = [...folders].toSorted().map(async (folder) => {
    const absolute = resolve(workingFolder, folder);
    const file = (await readdir(absolute)).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) throw new Error(`${folder} has no licence file`);
    const name = folder.replace(/^.*node_modules\//, '');
    return `${name}\n\n${(await readFile(join(absolute, file), 'utf8')).trim()}\n`;
  });
  return (await Promise.all(notices)).join(`\n${'-'.repeat(80)}\n\n`);
}
