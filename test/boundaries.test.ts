import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a package may import from the others, in its sources and in what it depends on at run time. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  '@vision-agents/core': [],
  '@vision-agents/testkit': ['@vision-agents/core'],
  'create-vision-plugin': [],
};
const pluginMayImport = ['@vision-agents/core'];
/** Plugins import no other plugin, but for those whose provider speaks OpenAI's protocol: they extend its base. */
const extendsOpenAI = ['@vision-agents/plugin-openrouter', '@vision-agents/plugin-nvidia'];

/** Core knows no provider, no WebRTC stack and no ONNX runtime; of image libraries one, as a peer that may be absent. */
const coreDependencies = [
  '@cfworker/json-schema',
  '@opentelemetry/api',
  '@standard-schema/spec',
  'piscina',
  'sharp',
  'ws',
];

interface Package {
  name: string;
  folder: string;
  dependencies: readonly string[];
  /** Peers that may be absent. */
  optional: readonly string[];
  imports: readonly string[];
}

function readPackage(folder: string): Package {
  const manifest: unknown = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const field = (name: string): unknown => Reflect.get(Object(manifest), name);
  const sources = globSync('src/**/*.ts', { cwd: join(root, folder) }).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  return {
    name: String(field('name')),
    folder,
    dependencies: ['dependencies', 'peerDependencies'].flatMap((kind) =>
      Object.keys(Object(field(kind))),
    ),
    optional: Object.keys(Object(field('peerDependenciesMeta'))),
    imports: sources.flatMap((file) => importsOf(readFileSync(join(root, folder, file), 'utf8'))),
  };
}

function importsOf(source: string): string[] {
  return [...source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^'.][^']*)'/g)].map(
    ([, name = '']) => name,
  );
}

/** `@vision-agents/core/audio` → `@vision-agents/core`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

const packages = globSync(['packages/*/package.json', 'packages/plugins/*/package.json'], {
  cwd: root,
})
  .map((path) => path.slice(0, -'/package.json'.length))
  .map(readPackage);
const ours = new Set(packages.map(({ name }) => name));

describe('dependencies point one way', () => {
  it.each(packages)('$name imports only what it may', ({ name, folder, imports, dependencies }) => {
    const isPlugin = folder.startsWith('packages/plugins/');
    const extended = extendsOpenAI.includes(name) ? ['@vision-agents/plugin-openai'] : [];
    const allowed = isPlugin ? [...pluginMayImport, ...extended] : mayImport[name];
    expect(
      allowed,
      `${name} is not in the list of packages and what they may import`,
    ).toBeDefined();
    const used = [...imports.map(packageOf), ...dependencies].filter(
      (other) => ours.has(other) && other !== name,
    );
    expect([...new Set(used)].filter((other) => !allowed?.includes(other))).toEqual([]);
  });

  it('core depends on nothing that belongs to a provider or a transport', () => {
    const core = packages.find(({ name }) => name === '@vision-agents/core');
    expect(core?.dependencies.toSorted()).toEqual(coreDependencies);
    expect(core?.optional).toEqual(['sharp']);
  });
});
