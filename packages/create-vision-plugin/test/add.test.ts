import { rm } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { prepare } from '../src/engine.ts';
import type { Planned } from '../src/job.ts';
import type { Release } from '../src/release.ts';
import { addition, bringUpToDate, carryOut, creation } from './support/jobs.ts';
import { fixtureRelease, laterTemplates, partTemplates } from './support/release.ts';
import { makeWorkspace } from './support/workspace.ts';
import type { TemporaryWorkspace } from './support/workspace.ts';

const acme = 'packages/plugins/acme';
let release: Release;
beforeAll(async () => {
  release = await fixtureRelease(partTemplates, '1.0.0');
});

async function makeStt(): Promise<TemporaryWorkspace> {
  const workspace = await makeWorkspace();
  await carryOut(creation('acme'), { release, cwd: workspace.root });
  return workspace;
}

function addTts(
  workspace: TemporaryWorkspace,
  policy?: 'fail' | 'keep' | 'overwrite',
): Promise<Planned> {
  const job = addition(workspace.path(acme), ['tts'], policy);
  return carryOut(job, { release, cwd: workspace.root });
}

test('makes the plugin that both types at once would have made, but for sources that were there', async () => {
  await using workspace = await makeStt();
  await addTts(workspace);
  await using both = await makeWorkspace();
  await carryOut(creation('acme', { types: ['stt', 'tts'] }), { release, cwd: both.root });
  const [added, made] = [await workspace.snapshot(), await both.snapshot()];
  const differing = Object.keys({ ...added, ...made }).filter((path) => added[path] !== made[path]);
  expect(differing.toSorted()).toEqual([
    '.changeset/acme-tts.md',
    '.changeset/acme.md',
    `${acme}/.vision-plugin.json`,
    `${acme}/src/stt.ts`,
  ]);
  expect(await workspace.read(`${acme}/src/index.ts`)).toContain('export { STT, TTS };');
  expect(await workspace.read('.changeset/acme-tts.md')).toContain('\nAdd text-to-speech.\n');
});

test('again changes nothing, and an update has nothing to do', async () => {
  await using workspace = await makeStt();
  await addTts(workspace);
  const before = await workspace.snapshot();
  await addTts(workspace);
  await carryOut(bringUpToDate([workspace.path(acme)]), { release, cwd: workspace.root });
  expect(await workspace.snapshot()).toEqual(before);
});

test('what the user did stays, around what is added', async () => {
  await using workspace = await makeStt();
  const manifest = await workspace.read(`${acme}/package.json`);
  await workspace.write({
    [`${acme}/src/stt.ts`]: 'export class STT { mine = 1 }\n',
    [`${acme}/README.md`]: '# Mine\n\nAll of it.\n',
    [`${acme}/package.json`]: manifest
      .replace('Acme speech-to-text for Vision Agents', 'My own words')
      .replace('"zod": "^4.1.0"', '"ws": "^8.0.0",\n    "zod": "^4.9.0"'),
  });
  await addTts(workspace);
  expect(await workspace.read(`${acme}/src/stt.ts`)).toContain('mine');
  expect(await workspace.read(`${acme}/README.md`)).toBe(
    '# Mine\n\nAll of it.\n\n## Text-to-speech\n\nRun `npm run example:tts`.\n',
  );
  expect(JSON.parse(await workspace.read(`${acme}/package.json`))).toMatchObject({
    description: 'My own words',
    keywords: ['stt', 'tts', 'vision-agents-plugin'],
    scripts: { example: 'node example/stt.ts', 'example:tts': 'node example/tts.ts' },
    dependencies: { 'stt-codec': '^1.0.0', 'tts-codec': '^1.0.0', ws: '^8.0.0', zod: '^4.9.0' },
  });
});

test('by a later version it adds, and leaves to update what the version changed', async () => {
  await using workspace = await makeStt();
  const later = await fixtureRelease(laterTemplates, '2.0.0');
  await carryOut(addition(workspace.path(acme), ['tts']), { release: later, cwd: workspace.root });
  expect(JSON.parse(await workspace.read(`${acme}/package.json`))).toMatchObject({
    scripts: { test: 'vitest run' },
    dependencies: { zod: '^4.1.0' },
  });
  expect(await workspace.read(`${acme}/tsconfig.json`)).toContain('tsconfig.plugin.json');
  await carryOut(bringUpToDate([workspace.path(acme)]), { release: later, cwd: workspace.root });
  expect(JSON.parse(await workspace.read(`${acme}/package.json`))).toMatchObject({
    scripts: { test: 'vitest run --passWithNoTests', 'example:tts': 'node example/tts.ts' },
    dependencies: { zod: '^5.0.0' },
  });
});

describe('what must change and was changed is a conflict', () => {
  test.for([
    ['an edited region', (text: string) => text.replaceAll('STT', 'Hearing')],
    ['a region without markers', (text: string) => text.replaceAll(/^.*region.*\n/gm, '')],
    ['a file that is gone', undefined],
  ] as const)('%s', async ([, change]) => {
    await using workspace = await makeStt();
    const path = `${acme}/src/index.ts`;
    if (change === undefined) await rm(workspace.path(path));
    else await workspace.write({ [path]: change(await workspace.read(path)) });
    const before = await workspace.snapshot();
    await expect(addTts(workspace)).rejects.toMatchObject({ code: 'E_CONFLICT', exitCode: 5 });
    expect(await workspace.snapshot()).toEqual(before);
    await addTts(workspace, 'keep');
    const after = await workspace.snapshot();
    expect(after[path]).toBe(before[path]);
    expect(after[`${acme}/src/tts.ts`]).toBeDefined();
  });

  test('a file of the user’s where one is to be made, which no policy takes from them', async () => {
    await using workspace = await makeStt();
    await workspace.write({ [`${acme}/src/options.ts`]: 'mine\n' });
    const before = await workspace.snapshot();
    for (const policy of ['fail', 'overwrite'] as const) {
      await expect(addTts(workspace, policy)).rejects.toMatchObject({ code: 'E_CONFLICT' });
      expect(await workspace.snapshot()).toEqual(before);
    }
    await addTts(workspace, 'keep');
    expect(await workspace.read(`${acme}/src/options.ts`)).toBe('mine\n');
  });
});

test('another transport for a type that is there is refused', async () => {
  await using workspace = await makeStt();
  const job = addition(workspace.path(acme), ['stt'], 'fail', { transport: 'http' });
  const options = { release, cwd: workspace.root, dryRun: true };
  await expect(prepare(job, options)).rejects.toMatchObject({ code: 'E_EXISTS', exitCode: 3 });
});

test('a folder that this tool did not make is refused', async () => {
  await using workspace = await makeWorkspace();
  const job = addition(workspace.root, ['tts']);
  const options = { release, cwd: workspace.root, dryRun: true };
  await expect(prepare(job, options)).rejects.toMatchObject({ code: 'E_NOT_A_PLUGIN' });
});

describe('what a plugin gets for its types together', () => {
  const withConversation = {
    ...partTemplates,
    'conversation/+README.md.hbs': '## Conversation\n\nAll three.\n',
    'conversation/example/converse.ts.hbs': 'export {};\n',
  };

  test('comes with the last of them, and once', async () => {
    const together = await fixtureRelease(withConversation, '1.0.0');
    await using workspace = await makeWorkspace();
    const context = { release: together, cwd: workspace.root };
    const sections = async (): Promise<string[]> =>
      (await workspace.read(`${acme}/README.md`)).match(/^## .*/gm) ?? [];
    await carryOut(creation('acme', { types: ['stt', 'llm'] }), context);
    expect(await sections()).toEqual(['## Speech-to-text', '## Develop']);
    await carryOut(addition(workspace.path(acme), ['tts']), context);
    const all = ['## Speech-to-text', '## Text-to-speech', '## Conversation', '## Develop'];
    expect(await sections()).toEqual(all);
    expect(await workspace.read(`${acme}/example/converse.ts`)).toBe('export {};\n');
    await carryOut(addition(workspace.path(acme), ['turn-detection']), context);
    expect(await sections()).toEqual(all);
  });
});
