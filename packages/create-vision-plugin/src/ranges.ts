import type { Ranges } from './context.ts';
import type { Manifest } from './manifest.ts';
import type { Workspace } from './workspace.ts';

export const CORE = '@vision-agents/core';
export const TESTKIT = '@vision-agents/testkit';

type Field = 'dependencies' | 'devDependencies' | 'peerDependencies';

/** Ranges as the plugin's siblings have them, else as the workspace has them, else this version's own. */
export function chooseRanges(
  workspace: Workspace,
  fallback: Ranges,
  siblings: readonly Manifest[],
): Ranges {
  const core = packageVersion(workspace, CORE);
  const testkit = packageVersion(workspace, TESTKIT);
  const among = (name: string, fields: readonly Field[]): string | undefined => {
    return first([...siblings, workspace.manifest], name, fields);
  };
  return {
    core: first(siblings, CORE, ['devDependencies']) ?? caret(core) ?? fallback.core,
    corePeer: first(siblings, CORE, ['peerDependencies']) ?? peerRange(core) ?? fallback.corePeer,
    testkit: first(siblings, TESTKIT, ['devDependencies']) ?? caret(testkit) ?? fallback.testkit,
    zod: among('zod', ['dependencies', 'devDependencies']) ?? fallback.zod,
    vitest: among('vitest', ['devDependencies']) ?? fallback.vitest,
    typescript: among('typescript', ['devDependencies']) ?? fallback.typescript,
    typesNode: among('@types/node', ['devDependencies']) ?? fallback.typesNode,
    oxlint: fallback.oxlint,
    oxlintTsgolint: fallback.oxlintTsgolint,
    oxfmt: fallback.oxfmt,
    sharp: among('sharp', ['dependencies', 'devDependencies']) ?? fallback.sharp,
    sharpPeer: fallback.sharpPeer,
    onnxruntimeWeb: among('onnxruntime-web', ['dependencies']) ?? fallback.onnxruntimeWeb,
  };
}

/** While core is 0.x every later 0.x is accepted: its `spec`, not its version, decides compatibility. */
export function peerRange(version: string | undefined): string | undefined {
  return version?.startsWith('0.') ? `>=${version} <1` : caret(version);
}

export function caret(version: string | undefined): string | undefined {
  return version === undefined ? undefined : `^${version}`;
}

function packageVersion(workspace: Workspace, name: string): string | undefined {
  return workspace.packages.find(({ manifest }) => manifest.name === name)?.manifest.version;
}

function first(
  manifests: readonly Manifest[],
  name: string,
  fields: readonly Field[],
): string | undefined {
  for (const manifest of manifests) {
    for (const field of fields) {
      const range = manifest[field]?.[name];
      if (range !== undefined) return range;
    }
  }
  return undefined;
}
