/**
 * Builds `dist/`: templates precompiled, everything bundled, so that an installation is one package.
 * Options: `--templates <folder>`, `--out <folder>`.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import * as z from 'zod';
import type { Ranges } from '../src/context.ts';
import { caret, peerRange } from '../src/ranges.ts';
import { resultSchema } from '../src/result.ts';
import { bundlePlugin } from './bundle-plugin.ts';
import { thirdPartyNotices } from './notices.ts';
import { typeOfFolder } from './template-folders.ts';
import { compileTemplates } from './templates.ts';
import type { CompiledTemplate, CompiledTemplates } from './templates.ts';

const here = resolve(import.meta.dirname, '..');
const repository = resolve(here, '../..');

const manifestSchema = z.object({
  version: z.optional(z.string()),
  dependencies: z.optional(z.record(z.string(), z.string())),
  devDependencies: z.optional(z.record(z.string(), z.string())),
  peerDependencies: z.optional(z.record(z.string(), z.string())),
});

async function readManifest(folder: string): Promise<z.infer<typeof manifestSchema>> {
  return manifestSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
}

/** Ranges for workspaces that have none of their own: those this repository is tested with. */
async function ownRanges(): Promise<Ranges> {
  const [root, core, testkit, own] = await Promise.all(
    [repository, join(repository, 'packages/core'), join(repository, 'packages/testkit'), here].map(
      readManifest,
    ),
  );
  return {
    core: required('core', caret(core?.version)),
    corePeer: required('core', peerRange(core?.version)),
    testkit: required('testkit', caret(testkit?.version)),
    zod: required('zod', core?.devDependencies?.['zod'] ?? own?.devDependencies?.['zod']),
    vitest: required('vitest', withCaret(root?.devDependencies?.['vitest'])),
    typescript: required('typescript', withCaret(root?.devDependencies?.['typescript'])),
    typesNode: required('@types/node', root?.devDependencies?.['@types/node']),
    oxlint: required('oxlint', root?.devDependencies?.['oxlint']),
    oxlintTsgolint: required('oxlint-tsgolint', root?.devDependencies?.['oxlint-tsgolint']),
    oxfmt: required('oxfmt', root?.devDependencies?.['oxfmt']),
    sharp: required('sharp', core?.devDependencies?.['sharp']),
    sharpPeer: required('sharp', core?.peerDependencies?.['sharp']),
    onnxruntimeWeb: required('onnxruntime-web', testkit?.devDependencies?.['onnxruntime-web']),
  };
}

function withCaret(range: string | undefined): string | undefined {
  return range !== undefined && /^\d/.test(range) ? `^${range}` : range;
}

function required(name: string, range: string | undefined): string {
  if (range === undefined)
    throw new Error(`No version of ${name} in the repository's package.json files`);
  return range;
}

/** What exists only in the bundle: the release, and a module for the templates of each type, as few are rendered. */
function releaseModules(
  { templates, hash }: CompiledTemplates,
  version: string,
  ranges: Ranges,
): Map<string, string> {
  const groups = Map.groupBy(templates, ({ folder }) => typeOfFolder(folder) ?? 'together');
  const modules = [...groups].map(([group, inGroup]): [string, string] => [
    `virtual:templates/${group}`,
    templatesModule(inGroup),
  ]);
  const folders = [...groups].flatMap(([group, inGroup]) => {
    const load =
      group === 'together' ? 'async () => together' : `() => import('virtual:templates/${group}')`;
    return [...new Set(inGroup.map(({ folder }) => folder))].map(
      (folder) => `'${folder}': ${load}`,
    );
  });
  const release = `
import * as together from 'virtual:templates/together';
const modules = { ${folders.join(', ')} };
const templatesOf = async (wanted) =>
  (await modules[wanted]?.())?.templates.filter(({ folder }) => folder === wanted) ?? [];
export const release = { ...${JSON.stringify({ version, templatesHash: hash, ranges })}, templatesOf };`;
  return new Map([['virtual:release', release], ...modules]);
}

function templatesModule(templates: readonly CompiledTemplate[]): string {
  const entries = templates.map(({ source, folder, pathSource, contentSource }) => {
    return `{ source: ${JSON.stringify(source)}, folder: ${JSON.stringify(folder)}, path: ${pathSource}, content: ${contentSource} }`;
  });
  return `export const templates = [${entries.join(',\n')}];`;
}

const { values } = parseArgs({
  options: { templates: { type: 'string' }, out: { type: 'string' } },
});
const templateRoot = resolve(values.templates ?? join(repository, 'templates'));
const out = resolve(values.out ?? join(here, 'dist'));

const [compiled, ranges, { version }] = await Promise.all([
  compileTemplates(templateRoot),
  ownRanges(),
  readManifest(here),
]);

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  // The probe is a process of its own, so it is a file of its own.
  entryPoints: { main: 'src/main.ts', probe: 'src/doctor/probe.ts' },
  outdir: out,
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.12',
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
  define: { CLI_VERSION: JSON.stringify(required('create-vision-plugin', version)) },
  plugins: [
    bundlePlugin(releaseModules(compiled, required('create-vision-plugin', version), ranges)),
  ],
  logLevel: 'warning',
});
await writeFile(join(out, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(metafile, here));
await writeFile(
  join(out, 'result.schema.json'),
  `${JSON.stringify(z.toJSONSchema(resultSchema), null, 2)}\n`,
);
