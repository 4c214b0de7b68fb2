import { join } from 'node:path';
import * as z from 'zod';
import { CliError, messageOf, systemErrorCode } from './errors.ts';
import type { FileSystem } from './fs-port.ts';

const dependencies = z.optional(z.record(z.string(), z.string()));

/** The fields of a `package.json` that decide where a plugin goes and what it depends on. */
const manifestSchema = z.object({
  name: z.optional(z.string()),
  version: z.optional(z.string()),
  license: z.optional(z.string()),
  repository: z.optional(z.unknown()),
  keywords: z.optional(z.array(z.string())),
  workspaces: z.optional(
    z.union([z.array(z.string()), z.object({ packages: z.array(z.string()) })]),
  ),
  dependencies,
  devDependencies: dependencies,
  peerDependencies: dependencies,
});

export type Manifest = z.infer<typeof manifestSchema>;

/**
 * The `package.json` of a directory, or undefined where there is none.
 *
 * @throws CliError `E_WORKSPACE_INVALID` when it is there and cannot be understood
 */
export async function readManifest(
  directory: string,
  fs: FileSystem,
): Promise<Manifest | undefined> {
  const path = join(directory, 'package.json');
  try {
    const text = await fs.readFile(path, 'utf8');
    return manifestSchema.parse(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new CliError(
      'E_WORKSPACE_INVALID',
      `${path} cannot be read: ${reason}`,
      `Correct ${path}, then run the command again.`,
      {
        cause: error,
      },
    );
  }
}

export function workspacePatterns(manifest: Manifest): readonly string[] | undefined {
  return Array.isArray(manifest.workspaces) ? manifest.workspaces : manifest.workspaces?.packages;
}

/** The address of the repository, in whichever form npm takes it; undefined where it names none. */
export function repositoryOf({ repository }: Manifest): string | undefined {
  if (typeof repository === 'string') return repository;
  return z.object({ url: z.string() }).safeParse(repository).data?.url;
}
