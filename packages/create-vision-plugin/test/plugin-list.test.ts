import * as fsp from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { realFileSystem } from '../src/fs-port.ts';
import type { FileSystem } from '../src/fs-port.ts';
import { PLUGIN_LIST } from '../src/plugin-list.ts';
import type { Release } from '../src/release.ts';
import { runCli } from './support/cli.ts';
import { addition, carryOut, creation } from './support/jobs.ts';
import { fixtureRelease, partTemplates } from './support/release.ts';
import { makeWorkspace } from './support/workspace.ts';
import type { TemporaryWorkspace } from './support/workspace.ts';

const acme = 'packages/plugins/acme';
const entry = '- [Acme](../packages/plugins/acme): speech-to-text (`vision-agents-plugin-acme`)';
let release: Release;
beforeAll(async () => {
  release = await fixtureRelease(partTemplates);
});

/** The document with these lines in its region. */
function listOf(...lines: string[]): string {
  const text = ['# Plugins', '', '<!-- #region vision-plugin: by name -->', '', ...lines];
  return [...text, '<!-- #endregion vision-plugin -->', '', 'More.', ''].join('\n');
}

function windows(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

function make(workspace: TemporaryWorkspace, name = 'acme', fs: FileSystem = realFileSystem) {
  return carryOut(creation(name), { release, cwd: workspace.root, fs });
}

test('a new plugin gets its entry, in the order of names', async () => {
  await using workspace = await makeWorkspace({
    [PLUGIN_LIST]: listOf('Ours:', '', '- [Zebra](../packages/zebra): theirs', ''),
  });
  await make(workspace);
  await make(workspace, 'Beta AI');
  expect(await workspace.read(PLUGIN_LIST)).toBe(
    listOf(
      'Ours:',
      '',
      entry,
      '- [Beta AI](../packages/plugins/beta-ai): speech-to-text (`vision-agents-plugin-beta-ai`)',
      '- [Zebra](../packages/zebra): theirs',
      '',
    ),
  );
  const before = await workspace.snapshot();
  await make(workspace);
  expect(await workspace.snapshot()).toEqual(before);
});

test('the first one goes before the end of the region, with the line ends of the file', async () => {
  await using workspace = await makeWorkspace({ [PLUGIN_LIST]: windows(listOf()) });
  await make(workspace);
  expect(await workspace.read(PLUGIN_LIST)).toBe(windows(listOf(entry, '')));
});

test('nothing is listed where there is no list, or none with a region', async () => {
  const other = { [PLUGIN_LIST]: '# Plugins\n\n- none\n' };
  for (const files of [{}, other]) {
    await using workspace = await makeWorkspace(files);
    const { plan } = await make(workspace);
    expect(plan.files.map(({ path }) => path)).not.toContain(PLUGIN_LIST);
  }
});

test('a type that is added is in the entry, unless a person changed it', async () => {
  await using workspace = await makeWorkspace({ [PLUGIN_LIST]: listOf() });
  await make(workspace);
  await using edited = await makeWorkspace({ [PLUGIN_LIST]: listOf() });
  await make(edited);
  const own = listOf(`${entry}, experimental`, '');
  await edited.write({ [PLUGIN_LIST]: own });
  for (const one of [workspace, edited])
    await carryOut(addition(one.path(acme), ['tts']), { release, cwd: one.root });
  expect(await workspace.read(PLUGIN_LIST)).toBe(
    listOf(entry.replace('speech-to-text', 'speech-to-text and text-to-speech'), ''),
  );
  expect(await edited.read(PLUGIN_LIST)).toBe(own);
});

test('a dry run shows the entry, and the document of a run has the file', async () => {
  await using workspace = await makeWorkspace({ [PLUGIN_LIST]: listOf() });
  const before = await workspace.snapshot();
  const args = ['acme', '--type', 'stt', '--dry-run=diff'];
  const { stdout } = await runCli(workspace.root, args);
  expect(stdout).toContain(`--- a/${PLUGIN_LIST}\n+++ b/${PLUGIN_LIST}\n`);
  expect(stdout).toContain(`\n+${entry}\n`);
  expect(await workspace.snapshot()).toEqual(before);
  const made = await runCli(workspace.root, ['acme', '--type', 'stt', '--json']);
  expect(JSON.parse(made.stdout)).toMatchObject({
    files: expect.arrayContaining([
      expect.objectContaining({ path: PLUGIN_LIST, action: 'update' }),
    ]),
  });
});

test('the list is as it was after an error at any change of the disk', async () => {
  let calls = 0;
  const failingAt = (wanted: number): FileSystem => {
    calls = 0;
    const guard = (): void => {
      if (++calls === wanted) throw Object.assign(new Error('ENOSPC: no more'), { code: 'ENOSPC' });
    };
    return {
      ...realFileSystem,
      writeFile: async (...args) => (guard(), fsp.writeFile(...args)),
      copyFile: async (...args) => (guard(), fsp.copyFile(...args)),
      rename: async (...args) => (guard(), fsp.rename(...args)),
      link: async (...args) => (guard(), fsp.link(...args)),
    };
  };
  await using reference = await makeWorkspace({ [PLUGIN_LIST]: listOf() });
  await make(reference, 'acme', failingAt(Infinity));
  const all = calls;
  expect(all).toBeGreaterThan(10);
  for (let call = 1; call <= all; call++) {
    await using workspace = await makeWorkspace({ [PLUGIN_LIST]: listOf() });
    const before = await workspace.snapshot();
    await expect(make(workspace, 'acme', failingAt(call))).rejects.toMatchObject({ code: 'E_IO' });
    expect(await workspace.snapshot(), `call ${call}`).toEqual(before);
  }
});

test('a list that leads out of the workspace is refused', async () => {
  await using outside = await makeWorkspace({ 'plugins.md': listOf() });
  await using workspace = await makeWorkspace({ 'docs/readme.md': '' });
  await fsp.symlink(outside.path('plugins.md'), workspace.path(PLUGIN_LIST));
  const before = await workspace.snapshot();
  await expect(make(workspace)).rejects.toMatchObject({ code: 'E_OUTSIDE_ROOT' });
  expect(await workspace.snapshot()).toEqual(before);
  expect(await outside.read('plugins.md')).toBe(listOf());
});
