import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { compileTemplates } from '../../scripts/templates.ts';
import type { CompiledTemplates } from '../../scripts/templates.ts';
import { types, catalogue } from '../../src/catalogue.ts';
import { SECTION_ANCHOR } from '../../src/compose.ts';
import type { Release } from '../../src/release.ts';

/** As little as the build wants of the types that a test is not about. */
function stubsWithout(...wanted: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    types
      .filter((type) => !wanted.includes(type))
      .flatMap((type) => [type, ...catalogue[type].transports.map((name) => `${type}-${name}`)])
      .map((folder) => [`${folder}/src/${folder}.ts.hbs`, 'export {};\n']),
  );
}

/** Every feature that a template can use, in few lines. */
export const templateFiles: Readonly<Record<string, string>> = {
  'common/package.json.hbs': `{
  "name": {{json packageName}},
  "description": {{json description}},
  "keywords": ["vision-agents-plugin"],
  "peerDependencies": { "@vision-agents/core": {{json ranges.corePeer}} }
}
`,
  'common/tsconfig.json.hbs': '{ "extends": "@vision-agents/testkit/tsconfig.plugin.json" }\n',
  'common/.gitignore.hbs': 'node_modules/\ndist/\n',
  'stt/src/stt.ts.hbs': `/** {{displayName}}: {{envPrefix}}_API_KEY */
export class {{classPrefix}}Level {}
export const provider = {{ts name}};
export const title = {{ts displayName}};
export const url = \`https://\${provider}.example/{{transport}}\`;
{{#if scope}}
export const scope = {{ts scope}};
{{/if}}
`,
  ...stubsWithout('stt'),
  ...Object.fromEntries(
    catalogue.stt.transports.map((transport) => [
      `stt-${transport}/test/{{name}}.test.ts.hbs`,
      "import '../src/stt.ts';\n",
    ]),
  ),
  // Whatever else the catalogue offers has some file.
  ...Object.fromEntries(
    types
      .filter((type) => type !== 'stt')
      .flatMap((type) => [type, ...catalogue[type].transports.map((word) => `${type}-${word}`)])
      .map((folder) => [`${folder}/src/${folder}.ts.hbs`, 'export {};\n']),
  ),
};

/** The same for plugins of more than one type: files of their own, files of all, and what is added to those. */
export const partTemplates: Readonly<Record<string, string>> = {
  'common/package.json.hbs': `{
  "name": {{json packageName}},
  "description": {{json description}},
  "keywords": [
    "vision-agents-plugin"
  ],
  "scripts": {
    "build": "tsc -p tsconfig.build.json",
    "test": "vitest run"
  },
  "dependencies": {
    "zod": {{json ranges.zod}}
  },
  "peerDependencies": {
    "@vision-agents/core": {{json ranges.corePeer}}
  }
}
`,
  'common/tsconfig.json.hbs': '{ "extends": "@vision-agents/testkit/tsconfig.plugin.json" }\n',
  'common/README.md.hbs': `# {{packageName}}\n\n${SECTION_ANCHOR}\n\n## Develop\n`,
  'common/src/index.ts.hbs': `// #region vision-plugin
{{#each parts}}
import { {{className}} } from './{{type}}.ts';
{{/each}}

export { {{classNames}} };
// #endregion vision-plugin
`,
  'common/.env.example.hbs': `#region vision-plugin
{{#each variables}}
{{this}}=
{{/each}}
#endregion vision-plugin
`,
  ...stubsWithout('stt', 'tts'),
  'shared/src/options.ts.hbs': 'export const provider = {{ts name}};\n',
  ...Object.fromEntries(
    ['stt', 'tts'].flatMap((type) => [
      [`${type}/+README.md.hbs`, '## {{heading}}\n\nRun `npm run {{exampleScript}}`.\n'],
      [
        `${type}/+package.json.hbs`,
        `{ "keywords": ["${type}"], "scripts": { {{json exampleScript}}: "node example/${type}.ts" }, "dependencies": { "${type}-codec": "^1.0.0" } }\n`,
      ],
      [
        `${type}/src/${type}.ts.hbs`,
        'export class {{className}} {}{{#if shared}} // shared{{/if}}\n',
      ],
    ]),
  ),
  ...Object.fromEntries(
    (['stt', 'tts'] as const).flatMap((type) =>
      catalogue[type].transports.map((transport) => [
        `${type}-${transport}/test/${type}.test.ts.hbs`,
        "import '../src/{{type}}.ts';\n",
      ]),
    ),
  ),
};

/** What a later version of the templates makes of them. */
export const laterTemplates: Readonly<Record<string, string>> = {
  ...partTemplates,
  'common/package.json.hbs': (partTemplates['common/package.json.hbs'] ?? '')
    .replace('"vitest run"', '"vitest run --passWithNoTests"')
    .replace('"zod": {{json ranges.zod}}', '"zod": "^5.0.0"')
    .replace('"build": "tsc', '"typecheck": "tsc",\n    "build": "tsc')
    .replace('"vision-agents-plugin"', '"agents",\n    "vision-agents-plugin"'),
  'common/tsconfig.json.hbs': '{ "extends": "@vision-agents/testkit/tsconfig.next.json" }\n',
  'common/vitest.config.ts.hbs': 'export default {};\n',
  'common/src/index.ts.hbs': (partTemplates['common/src/index.ts.hbs'] ?? '').replace(
    '\nexport {',
    '\nexport const spec = 2;\nexport {',
  ),
  'stt/src/stt.ts.hbs': 'export class STT { later = true }\n',
};

/** Compiles templates that are given as text. */
export async function compileTexts(
  files: Readonly<Record<string, string>>,
): Promise<CompiledTemplates> {
  const root = await mkdtemp(join(tmpdir(), 'cvp-templates-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    return await compileTemplates(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

/** What the build makes of templates: of {@link templateFiles} unless others are given. */
export async function fixtureRelease(
  files: Readonly<Record<string, string>> = templateFiles,
  version = '9.9.9',
): Promise<Release> {
  return releaseOf(await compileTexts(files), version);
}

/** What the build makes of the repository's own templates. */
export async function realRelease(): Promise<Release> {
  return releaseOf(
    await compileTemplates(join(import.meta.dirname, '../../../../templates')),
    '9.9.9',
  );
}

function releaseOf({ templates, hash }: CompiledTemplates, version: string): Release {
  const ready = templates.map(({ source, folder, pathSource, contentSource }) => ({
    source,
    folder,
    path: runInThisContext(`(${pathSource})`),
    content: runInThisContext(`(${contentSource})`),
  }));
  return {
    version,
    templatesHash: hash,
    ranges: {
      core: '^0.1.0',
      corePeer: '>=0.1.0 <1',
      testkit: '^0.1.0',
      zod: '^4.1.0',
      vitest: '^5.0.0',
      typescript: '^7.0.0',
      typesNode: '^24.0.0',
      oxlint: '1.89.0',
      oxlintTsgolint: '7.0.2004',
      oxfmt: '0.75.0',
      sharp: '^0.35.0',
      sharpPeer: '>=0.33 <1',
      onnxruntimeWeb: '^1.30.0',
    },
    templatesOf: async (wanted) => ready.filter(({ folder }) => folder === wanted),
  };
}
