import { mkdir, rm, symlink } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { resultSchema } from '../../src/result.ts';
import type { Result } from '../../src/result.ts';
import { runCli } from './cli.ts';
import { makeWorkspace } from './workspace.ts';
import type { TemporaryWorkspace } from './workspace.ts';

const repository = join(import.meta.dirname, '../../../..');
/** Where the plugin of these tests is. */
export const home = 'packages/plugins/ear';

/** What a person wrote without this tool, and did right. */
export const manifest = {
  name: '@corp/ear',
  version: '0.1.0',
  keywords: ['vision-agents-plugin'],
  license: 'MIT',
  files: ['dist'],
  type: 'module',
  sideEffects: false,
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  scripts: { build: 'tsc', test: 'vitest run' },
  dependencies: { zod: '^4.1.0' },
  devDependencies: { '@vision-agents/core': '^0.1.0', '@vision-agents/testkit': '^0.1.0' },
  peerDependencies: { '@vision-agents/core': '>=0.1.0 <1' },
  engines: { node: '>=22.12' },
};

export const sources: Readonly<Record<string, string>> = {
  'src/index.ts': `import { definePlugin } from '@vision-agents/core';
import { STT } from './stt.ts';

export { STT };

export const plugin = definePlugin({ name: 'ear', spec: 1, provides: { stt: STT } });
`,
  'src/stt.ts': `import { defineOptions, SegmentedSTT } from '@vision-agents/core';
import { z } from 'zod';

const options = defineOptions({
  provider: 'ear',
  env: { apiKey: 'EAR_API_KEY' },
  schema: z.strictObject({ apiKey: z.string() }),
});

export class STT extends SegmentedSTT {
  static readonly options = options;

  constructor(input: { apiKey?: string } = {}) {
    options.resolve(input);
    super({ provider: 'ear' });
  }

  protected override async transcribe(): Promise<{ text: string }> {
    return { text: '' };
  }
}
`,
};

const others: Readonly<Record<string, string>> = {
  'README.md': '# Ear\n\nThe option `apiKey` is read from `EAR_API_KEY`.\n',
  '.env.example': 'EAR_API_KEY=\n',
  'test/stt.test.ts': `import { describeSTT } from '@vision-agents/testkit';
import { STT } from '../src/index.ts';

describeSTT({ create: () => new STT() });
`,
};

/** What a test changes in the plugin; a file that is undefined is removed. */
export interface PluginChange {
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string | undefined>>;
  /** Paths in the workspace. */
  readonly around?: Readonly<Record<string, string>>;
  /** Links in the workspace's `node_modules`, to folders of the workspace. */
  readonly links?: Readonly<Record<string, string | undefined>>;
}

/** A workspace with core and the testkit of this repository, and a plugin in it that this tool did not make. */
export async function makePluginWorkspace(change: PluginChange = {}): Promise<TemporaryWorkspace> {
  const workspace = await makeWorkspace();
  const files = { ...sources, ...others, ...change.files };
  const text = (path: string, content: string): [string, string] => [`${home}/${path}`, content];
  const built = Object.entries(files).flatMap(([path, content]) =>
    content !== undefined && path.startsWith('src/') ? build(path, content) : [],
  );
  const all = { ...Object.fromEntries(built), ...files };
  await workspace.write({
    ...Object.fromEntries(
      Object.entries(all).flatMap(([path, content]) =>
        content === undefined ? [] : [text(path, content)],
      ),
    ),
    [`${home}/package.json`]: `${JSON.stringify({ ...manifest, ...change.manifest }, null, 2)}\n`,
    ...change.around,
  });
  for (const [path, content] of Object.entries(change.files ?? {}))
    if (content === undefined) await rm(workspace.path(`${home}/${path}`), { force: true });
  await install(workspace, { '@corp/ear': home, ...change.links });
  return workspace;
}

/** What the compiler makes of a source. */
function build(path: string, content: string): Array<[string, string]> {
  const target = path.replace(/^src\/(.*)\.ts$/, 'dist/$1');
  const code = stripTypeScriptTypes(content).replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'");
  return [
    [`${target}.js`, code],
    [`${target}.d.ts`, 'export {};\n'],
  ];
}

/** What npm would link, and what the tests of a plugin need. */
export async function install(
  workspace: TemporaryWorkspace,
  links: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const modules = join(repository, 'node_modules');
  const targets: Record<string, string | undefined> = {
    '@vision-agents/core': join(repository, 'packages/core'),
    '@vision-agents/testkit': join(repository, 'packages/testkit'),
    zod: join(modules, 'zod'),
    vitest: join(modules, 'vitest'),
    '.bin': join(modules, '.bin'),
    ...Object.fromEntries(
      Object.entries(links).map(([name, path]) => [name, path && workspace.path(path)]),
    ),
  };
  for (const [name, target] of Object.entries(targets)) {
    if (target === undefined) continue;
    const link = workspace.path(`node_modules/${name}`);
    await mkdir(dirname(link), { recursive: true });
    await symlink(target, link);
  }
}

/** Runs doctor, and reads its document. */
export async function runDoctor(
  cwd: string,
  args: readonly string[] = [home],
  env: NodeJS.ProcessEnv = {},
): Promise<Result> {
  const { stdout } = await runCli(cwd, ['doctor', ...args, '--json'], env);
  return resultSchema.parse(JSON.parse(stdout));
}

/** The names of what was found, but that the plugin was not made by this tool. */
export function rulesOf({ findings = [] }: Result): string[] {
  return findings.map(({ rule }) => rule).filter((rule) => rule !== 'provenance-missing');
}
