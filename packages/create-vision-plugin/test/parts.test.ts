import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
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

test.each([
  ['x', 'stt=ws'],
  [longName, 'stt=http'],
  ['@acme-labs/Open Voice', 'stt=sdk'],
])('%s with several parts, over %s, arrives formatted', async (name, transport) => {
  await using workspace = await makeWorkspace();
  const job = creation(name, { transport, types: ['stt', 'tts'] });
  const { plan } = await prepare(job, { release, cwd: workspace.root, dryRun: true });
  const files = Object.fromEntries(plan.files.map(({ path, content }) => [path, content]));
  expect(Object.keys(files)).toContain(`${plan.destination}/src/options.ts`);
  await workspace.write({
    ...files,
    '.oxfmtrc.json': '{ "singleQuote": true, "printWidth": 100 }',
  });
  const { stdout } = await promisify(execFile)(oxfmt, ['--list-different', plan.destination], {
    cwd: workspace.root,
  }).catch((error: unknown) => ({ stdout: String(error) }));
  expect(stdout).toBe('');
});

test('what parts have in common is written once, what is theirs beside each other', async () => {
  await using workspace = await makeWorkspace();
  const job = creation('acme', {
    baseUrl: 'https://acme.example/v1/',
    types: ['stt', 'turn-detection', 'tts'],
  });
  const { plan } = await prepare(job, { release, cwd: workspace.root, dryRun: true });
  const read = (path: string): string =>
    plan.files.find((file) => file.path === `${plan.destination}/${path}`)?.content ?? '';
  expect(read('.env.example').match(/^\w+=$/gm)).toEqual(['ACME_API_KEY=']);
  expect(read('src/index.ts')).toContain("import { TurnDetection } from './turn-detection.ts';\n");
  expect(read('src/index.ts')).toContain('export { STT, TurnDetection, TTS };\n');
  expect(read('src/index.ts')).toContain('    turnDetection: TurnDetection,\n');
  expect(read('src/stt.ts')).toContain("import { account, env, provider } from './options.ts';\n");
  expect(read('src/stt.ts')).toContain("const service = 'wss://acme.example/v1';\n");
  expect(read('README.md')).toContain('Acme speech-to-text, turn detection and text-to-speech for');
});
