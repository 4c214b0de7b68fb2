import { join } from 'node:path';
import type { FileSystem } from './fs-port.ts';
import type { Manifest } from './manifest.ts';
import { readProvenance } from './provenance.ts';
import type { WorkspacePackage } from './workspace.ts';

const fields = ['dependencies', 'devDependencies', 'peerDependencies'] as const;

/**
 * A sibling's manifest with only those ranges that a person chose. One that still is as this tool wrote it is no
 * reason to stay at an old one: otherwise siblings would hold each other back for ever.
 */
export async function chosenRanges(
  root: string,
  { directory, manifest }: WorkspacePackage,
  fs: FileSystem,
): Promise<Manifest> {
  const provenance = await readProvenance(join(root, directory), fs);
  const written = provenance?.files['package.json']?.values ?? {};
  const chosen = fields.map((field) => {
    const ranges = Object.entries(manifest[field] ?? {}).filter(([name, range]) => {
      return written[`/${field}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`] !== range;
    });
    return [field, Object.fromEntries(ranges)];
  });
  return { ...manifest, ...Object.fromEntries(chosen) };
}
