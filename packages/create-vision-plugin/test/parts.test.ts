import { execFile } from 'node:child_process';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { types as allTypes, catalogue } from '../src/catalogue.ts';
import type { PluginType } from '../src/catalogue.ts';
import { prepare } from '../src/engine.ts';
import type { Release } from '../src/release.ts';
import { creation } from './support/jobs.ts';
import { realRelease } from './support/release.ts';
import { makeWorkspace } from './support/workspace.ts';

const oxfmt = join(import.meta.dirname, '../../../node_modules/.bin/oxfmt');
const longName = 'provider-of-speech-with-a-name-of-fifty-characters';

let release: Release;
beforeAll(async () => {
  release = await realRelease();
});

const names = ['x', longName, '@acme-labs/Open Voice'];

/** Each type over each of its transports, and all types at once. */
const plugins: Array<{ types: PluginType[]; transport: string }> = [
  ...allTypes.flatMap((type) =>
    catalogue[type].transports.map((transport) => ({ types: [type], transport })),
  ),
  { types: [...allTypes], transport: '' },
  // With an account that is shared, also before there is a second type.
  { types: ['stt', 'tts'], transport: 'stt=ws' },
  { types: ['stt', 'tts'], transport: 'stt=http' },
  { types: ['stt', 'tts'], transport: 'stt=sdk' },
  { types: ['tts', 'llm'], transport: 'tts=ws,llm=http' },
  { types: ['stt', 'tts', 'llm'], transport: 'stt=worker,tts=sdk,llm=sdk' },
];

test.each(names)('every type called %s arrives formatted', async (name) => {
  await using workspace = await makeWorkspace();
  await using rendered = await makeWorkspace();
  for (const [index, { types, transport }] of plugins.entries()) {
    for (const mode of ['workspace', 'standalone'] as const) {
      const dir = `packages/${mode}-${index}`;
      const job = creation(name, { types, dir, mode, ...answersOf(transport) });
      const { plan } = await prepare(job, { release, cwd: workspace.root, dryRun: true });
      const files = plan.files.map(({ path, content }) => [
        relative(workspace.root, join(plan.root, path)),
        content,
      ]);
      await rendered.write(Object.fromEntries(files));
    }
  }
  await rendered.write({ '.oxfmtrc.json': '{ "singleQuote": true, "printWidth": 100 }' });
  const args = ['--list-different', 'packages'];
  const { stdout } = await promisify(execFile)(oxfmt, args, { cwd: rendered.root }).catch(
    (error: unknown) => z.object({ stdout: z.string() }).parse(error),
  );
  expect(stdout).toBe('');
});

function answersOf(transport: string): { transport?: string; sdk?: string } {
  if (transport === '') return {};
  return transport.endsWith('sdk') ? { transport, sdk: '@acme/client@^1.0.0' } : { transport };
}

test.each(['stt', 'tts', 'llm', 'vlm'] as const)(
  'the client that %s stands in for is among the dependencies',
  async (type) => {
    await using workspace = await makeWorkspace();
    const job = creation('acme', { types: [type], ...answersOf(`${type}=sdk`) });
    const { plan } = await prepare(job, { release, cwd: workspace.root, dryRun: true });
    const read = (path: string): string =>
      plan.files.find((file) => file.path === `${plan.destination}/${path}`)?.content ?? '';
    expect(JSON.parse(read('package.json'))).toMatchObject({
      dependencies: { '@acme/client': '^1.0.0' },
    });
    expect(read(`src/${type}-client.ts`)).toContain('Stands in for the client of `@acme/client`');
  },
);

test('what parts have in common is written once, what is theirs beside each other', async () => {
  await using workspace = await makeWorkspace();
  const job = creation('acme', {
    baseUrl: 'https://acme.example/v1/',
    types: ['stt', 'turn-detection', 'tts'],
  });
  const { plan } = await prepare(job, { release, cwd: workspace.root, dryRun: true });
  const read = (path: string): string =>
    plan.files.find((file) => file.path === `${plan.destination}/${path}`)?.content ?? '';
  expect(read('.env.example').match(/^\w+=$/gm)).toEqual(['ACME_API_KEY=', 'ACME_MODEL_PATH=']);
  expect(read('src/index.ts')).toContain("import { TurnDetection } from './turn-detection.ts';\n");
  expect(read('src/index.ts')).toContain('export { STT, TurnDetection, TTS };\n');
  expect(read('src/index.ts')).toContain('    turnDetection: TurnDetection,\n');
  expect(read('src/stt.ts')).toContain("import { account, env, provider } from './options.ts';\n");
  expect(read('src/stt.ts')).toContain("const service = 'wss://acme.example/v1';\n");
  expect(read('README.md')).toContain('Acme speech-to-text, turn detection and text-to-speech for');
});
