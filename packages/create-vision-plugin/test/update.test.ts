import { rm, symlink } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { prepare } from '../src/engine.ts';
import type { Planned } from '../src/job.ts';
import type { Release } from '../src/release.ts';
import { bringUpToDate, carryOut, creation } from './support/jobs.ts';
import { fixtureRelease, laterTemplates, partTemplates } from './support/release.ts';
import { makeWorkspace } from './support/workspace.ts';
import type { TemporaryWorkspace } from './support/workspace.ts';

const acme = 'packages/plugins/acme';
let old: Release;
let later: Release;
beforeAll(async () => {
  old = await fixtureRelease(partTemplates, '1.0.0');
  later = await fixtureRelease(laterTemplates, '2.0.0');
});

async function makeOld(...names: string[]): Promise<TemporaryWorkspace> {
  const workspace = await makeWorkspace();
  for (const name of names.length === 0 ? ['acme'] : names)
    await carryOut(creation(name), { release: old, cwd: workspace.root });
  return workspace;
}

async function edit(
  workspace: TemporaryWorkspace,
  path: string,
  change: (text: string) => string,
): Promise<void> {
  const text = await workspace.read(`${acme}/${path}`);
  const changed = change(text);
  expect(changed).not.toBe(text);
  await workspace.write({ [`${acme}/${path}`]: changed });
}

function update(workspace: TemporaryWorkspace, release = later): Promise<Planned> {
  return carryOut(bringUpToDate([workspace.path(acme)]), { release, cwd: workspace.root });
}

function actions({ plan }: Planned): Record<string, string> {
  return Object.fromEntries(
    plan.files.map(({ path, action, reason }) => [
      path.replace(`${acme}/`, ''),
      [action, ...(reason === undefined ? [] : [reason])].join(' '),
    ]),
  );
}

async function manifestOf(workspace: TemporaryWorkspace): Promise<unknown> {
  return JSON.parse(await workspace.read(`${acme}/package.json`));
}

test('what nobody touched becomes what a new plugin would get, and seeds stay', async () => {
  await using workspace = await makeOld();
  const source = await workspace.read(`${acme}/src/stt.ts`);
  expect(actions(await update(workspace))).toEqual({
    '.env.example': 'unchanged',
    '.vision-plugin.json': 'update',
    'package.json': 'update',
    'src/index.ts': 'update',
    'tsconfig.json': 'update',
    'vitest.config.ts': 'create',
  });
  await using fresh = await makeWorkspace();
  await carryOut(creation('acme'), { release: later, cwd: fresh.root });
  for (const path of ['package.json', 'src/index.ts', 'tsconfig.json', 'vitest.config.ts'])
    expect(await workspace.read(`${acme}/${path}`)).toBe(await fresh.read(`${acme}/${path}`));
  expect(await workspace.read(`${acme}/src/stt.ts`)).toBe(source);
});

test('again, and with the version that made it, nothing is to be done', async () => {
  await using workspace = await makeOld();
  const made = await workspace.snapshot();
  expect(Object.values(actions(await update(workspace, old)))).not.toContain('update');
  expect(await workspace.snapshot()).toEqual(made);
  await update(workspace);
  const updated = await workspace.snapshot();
  expect(new Set(Object.values(actions(await update(workspace))))).toEqual(new Set(['unchanged']));
  expect(await workspace.snapshot()).toEqual(updated);
});

test('a script that would run a file which only a new plugin gets is not added', async () => {
  await using workspace = await makeOld();
  const text = partTemplates['common/package.json.hbs'] ?? '';
  const release = await fixtureRelease(
    {
      ...partTemplates,
      'common/example/more.ts.hbs': 'export {};\n',
      'common/package.json.hbs': text.replace(
        '"build"',
        '"lint": "oxlint",\n    "more": "node example/more.ts",\n    "build"',
      ),
    },
    '2.0.0',
  );
  await update(workspace, release);
  expect(await manifestOf(workspace)).toMatchObject({ scripts: { lint: 'oxlint' } });
  expect(await manifestOf(workspace)).not.toHaveProperty('scripts.more');
  const updated = await workspace.snapshot();
  await update(workspace, release);
  expect(await workspace.snapshot()).toEqual(updated);
});

describe('what the user did stays', () => {
  test('edited source, a deleted file, text around a region, an own file', async () => {
    await using workspace = await makeOld();
    await edit(workspace, 'src/stt.ts', (text) => text.replace('STT {}', 'STT { mine = 1 }'));
    await edit(workspace, 'src/index.ts', (text) => `${text}\nexport * from './events.ts';\n`);
    await workspace.write({ [`${acme}/src/events.ts`]: 'export {};\n' });
    await rm(workspace.path(`${acme}/tsconfig.json`));
    await rm(workspace.path(`${acme}/README.md`));
    const before = await workspace.snapshot();
    expect(actions(await update(workspace))).toMatchObject({ 'tsconfig.json': 'skip deleted' });
    const after = await workspace.snapshot();
    for (const path of ['src/stt.ts', 'src/events.ts', 'README.md', 'tsconfig.json'])
      expect(after[`${acme}/${path}`]).toBe(before[`${acme}/${path}`]);
    const index = await workspace.read(`${acme}/src/index.ts`);
    expect(index).toContain('export const spec = 2;\n');
    expect(index).toMatch(/#endregion vision-plugin\n\nexport \* from '\.\/events\.ts';\n$/);
  });

  test('in package.json: an added dependency, a bumped range, a changed and a removed script', async () => {
    await using workspace = await makeOld();
    await edit(workspace, 'package.json', (text) =>
      text
        .replace('"zod": "^4.1.0"', '"ws": "^8.0.0",\n    "zod": "^4.9.0"')
        .replace('"vitest run"', '"vitest run --coverage"')
        .replace(/ {4}"build".*\n/, '')
        .replace('"vision-agents-plugin"', '"vision-agents-plugin",\n    "mine"'),
    );
    const { plan } = await update(workspace);
    expect(plan.files.find(({ path }) => path.endsWith('package.json'))?.kept?.toSorted()).toEqual([
      '/dependencies/zod',
      '/scripts/test',
    ]);
    expect(await manifestOf(workspace)).toMatchObject({
      scripts: { typecheck: 'tsc', test: 'vitest run --coverage' },
      dependencies: { 'stt-codec': '^1.0.0', ws: '^8.0.0', zod: '^4.9.0' },
      keywords: expect.arrayContaining(['agents', 'mine', 'stt', 'vision-agents-plugin']),
    });
    expect(JSON.stringify(await manifestOf(workspace))).not.toContain('"build"');
  });

  test('a renamed class: an edited region is a conflict, and nothing is written', async () => {
    await using workspace = await makeOld();
    await edit(workspace, 'src/index.ts', (text) => text.replaceAll('STT', 'Hearing'));
    await edit(workspace, 'tsconfig.json', () => '{ "extends": "./mine.json" }\n');
    const before = await workspace.snapshot();
    const job = bringUpToDate([workspace.path(acme)]);
    const options = { release: later, cwd: workspace.root };
    expect(actions(await prepare(job, { ...options, dryRun: true }))).toMatchObject({
      'src/index.ts': 'conflict',
      'tsconfig.json': 'conflict',
    });
    await expect(carryOut(job, options)).rejects.toMatchObject({ code: 'E_CONFLICT', exitCode: 5 });
    expect(await workspace.snapshot()).toEqual(before);
  });

  test('what was edited and is not changed by the templates is no conflict', async () => {
    await using workspace = await makeOld();
    await edit(workspace, 'tsconfig.json', () => '{ "extends": "./mine.json" }\n');
    await edit(workspace, '.env.example', (text) => text.replace('ACME_API_KEY', 'ACME_KEY'));
    expect(actions(await update(workspace, old))).toMatchObject({
      'tsconfig.json': 'skip edited',
      '.env.example': 'skip edited',
    });
  });

  test('a region whose markers were removed is the user’s', async () => {
    await using workspace = await makeOld();
    await edit(workspace, 'src/index.ts', (text) => text.replaceAll(/^.*region.*\n/gm, ''));
    expect(actions(await update(workspace))).toMatchObject({ 'src/index.ts': 'skip edited' });
    expect(await workspace.read(`${acme}/src/index.ts`)).not.toContain('spec');
  });

  test('line ends, indentation and comments', async () => {
    await using workspace = await makeOld();
    await edit(workspace, 'tsconfig.json', (text) => text.replaceAll('\n', '\r\n'));
    await edit(workspace, 'package.json', (text) =>
      text.replaceAll('  ', '\t').replaceAll('\n', '\r\n'),
    );
    await update(workspace);
    expect(await workspace.read(`${acme}/tsconfig.json`)).toContain('tsconfig.next.json" }\r\n');
    const manifest = await workspace.read(`${acme}/package.json`);
    expect(manifest).toContain('\t\t"zod": "^5.0.0"\r\n');
    expect(manifest.replaceAll('\r\n', '')).not.toContain('\n');
  });
});

describe('a conflict', () => {
  test('with keep is settled: the user’s stays, and the next update has nothing to ask', async () => {
    await using workspace = await makeOld();
    await edit(workspace, 'tsconfig.json', () => 'mine');
    const options = { release: later, cwd: workspace.root };
    await carryOut(bringUpToDate([workspace.path(acme)], 'keep'), options);
    expect(await workspace.read(`${acme}/tsconfig.json`)).toBe('mine');
    expect(actions(await update(workspace))).toMatchObject({ 'tsconfig.json': 'skip edited' });
  });

  test('with overwrite is what this version makes, but for values in package.json', async () => {
    await using workspace = await makeOld();
    await edit(workspace, 'tsconfig.json', () => 'mine');
    await edit(workspace, 'package.json', (text) => text.replace('"vitest run"', '"mine"'));
    const options = { release: later, cwd: workspace.root };
    await carryOut(bringUpToDate([workspace.path(acme)], 'overwrite'), options);
    expect(await workspace.read(`${acme}/tsconfig.json`)).toContain('tsconfig.next.json');
    expect(await manifestOf(workspace)).toMatchObject({ scripts: { test: 'mine' } });
  });

  test('a file that we never made is not overwritten', async () => {
    await using workspace = await makeOld();
    await workspace.write({ [`${acme}/vitest.config.ts`]: 'mine' });
    const options = { release: later, cwd: workspace.root };
    for (const policy of ['fail', 'overwrite'] as const) {
      const job = bringUpToDate([workspace.path(acme)], policy);
      await expect(carryOut(job, options)).rejects.toMatchObject({ code: 'E_CONFLICT' });
    }
    await carryOut(bringUpToDate([workspace.path(acme)], 'keep'), options);
    expect(await workspace.read(`${acme}/vitest.config.ts`)).toBe('mine');
  });

  test('a package.json that cannot be read is one', async () => {
    await using workspace = await makeOld('acme', 'beta');
    await workspace.write({ [`${acme}/package.json`]: '{ "name": ' });
    await expect(update(workspace)).rejects.toMatchObject({ code: 'E_WORKSPACE_INVALID' });
  });
});

test('several plugins are updated together or not at all', async () => {
  await using workspace = await makeOld('acme', 'beta');
  await edit(workspace, 'tsconfig.json', () => 'mine');
  const before = await workspace.snapshot();
  const both = [acme, 'packages/plugins/beta'].map((path) => workspace.path(path));
  const options = { release: later, cwd: workspace.root };
  await expect(carryOut(bringUpToDate(both), options)).rejects.toMatchObject({
    code: 'E_CONFLICT',
  });
  expect(await workspace.snapshot()).toEqual(before);
  await carryOut(bringUpToDate(both, 'keep'), options);
  expect(await workspace.read('packages/plugins/beta/tsconfig.json')).toContain('next');
});

test('siblings with the ranges that we wrote do not hold each other back', async () => {
  await using workspace = await makeWorkspace();
  const older = { ...old, ranges: { ...old.ranges, corePeer: '>=0.0.1 <1' } };
  for (const name of ['acme', 'beta'])
    await carryOut(creation(name), { release: older, cwd: workspace.root });
  await update(workspace);
  expect(await manifestOf(workspace)).toMatchObject({
    peerDependencies: { '@vision-agents/core': '>=0.1.0 <1' },
  });
});

/** What an update says to a provenance that was changed, having changed nothing itself. */
async function refusal(
  change: (provenance: string) => string,
  prepareTree: (workspace: TemporaryWorkspace) => Promise<void> = () => Promise.resolve(),
): Promise<unknown> {
  await using outside = await makeWorkspace({ 'victim.json': '{}' });
  await using workspace = await makeOld();
  await edit(workspace, '.vision-plugin.json', (text) =>
    change(text).replaceAll('OUTSIDE', outside.root),
  );
  await prepareTree(workspace);
  const [before, outsideBefore] = [await workspace.snapshot(), await outside.snapshot()];
  const error: unknown = await update(workspace).then(
    () => 'updated',
    (reason: unknown) => reason,
  );
  if (error !== 'updated') expect(await workspace.snapshot()).toEqual(before);
  expect(await outside.snapshot()).toEqual(outsideBefore);
  return error;
}

describe('a provenance that was edited by hand', () => {
  test.for([
    ['a path that climbs', '"../../../victim.json"'],
    ['an absolute path', '"/OUTSIDE/victim.json"'],
    ['a path with a backslash', String.raw`"..\\victim.json"`],
    ['an empty path', '""'],
  ])('cannot point elsewhere: %s', async ([, path = '']) => {
    const error = await refusal((text) => text.replace('"tsconfig.json"', path));
    expect(error).toMatchObject({ code: 'E_PROVENANCE', exitCode: 3 });
  });

  test.for([
    ['a name with a path', '"name": "acme"', '"name": "../acme"'],
    ['a class name with code', '"classPrefix": "Acme"', '"classPrefix": "A{}"'],
    ['a display name with a newline', '"displayName": "Acme"', String.raw`"displayName": "A\nB"`],
    ['a transport that there is not', '"stt": "ws"', '"stt": "../../common"'],
    ['no type', '["stt"]', '[]'],
    ['another schema', '"schemaVersion": 1', '"schemaVersion": 2'],
  ])('cannot carry %s', async ([, from = '', to = '']) => {
    const error = await refusal((text) => text.replace(from, to));
    expect(error).toMatchObject({ code: 'E_PROVENANCE', exitCode: 3 });
  });

  test('cannot make a source ours', async () => {
    await using workspace = await makeOld();
    await edit(workspace, '.vision-plugin.json', (text) =>
      text.replace(/("src\/stt\.ts": \{\s*"class": )"seed"/, '$1"managed"'),
    );
    const source = await workspace.read(`${acme}/src/stt.ts`);
    await update(workspace);
    expect(await workspace.read(`${acme}/src/stt.ts`)).toBe(source);
  });

  test('cannot make us follow a link out of the workspace', async () => {
    const error = await refusal(
      (text) => `${text}\n`,
      async (workspace) => {
        const target = workspace.path(`${acme}/tsconfig.json`);
        await rm(target);
        await symlink('/etc/hosts', target);
      },
    );
    expect(error).toMatchObject({ code: expect.stringMatching(/E_OUTSIDE_ROOT|E_CONFLICT/) });
  });
});
