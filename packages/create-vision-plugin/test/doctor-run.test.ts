import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../src/hash.ts';
import { rules } from '../src/doctor/finding.ts';
import type { RuleName } from '../src/doctor/finding.ts';
import { runCli } from './support/cli.ts';
import { home, install, makePluginWorkspace, rulesOf, runDoctor } from './support/plugin.ts';
import { faults } from './support/plugin-faults.ts';
import { makeWorkspace } from './support/workspace.ts';
import type { TemporaryWorkspace } from './support/workspace.ts';

const bee = 'packages/plugins/bee';

/** A plugin that the command made, in which one text was changed. Nothing is built. */
async function makeOwn(
  path: string,
  change: (text: string) => string,
): Promise<TemporaryWorkspace> {
  const workspace = await makeWorkspace();
  const made = await runCli(workspace.root, ['bee', '--type', 'llm', '--transport', 'http']);
  expect(made.exitCode).toBe(0);
  await install(workspace, { 'vision-agents-plugin-bee': bee });
  const before = await workspace.read(`${bee}/${path}`);
  const after = change(before);
  expect(after).not.toBe(before);
  await workspace.write({ [`${bee}/${path}`]: after });
  return workspace;
}

/** Tests that are quickly run, in the plugin that a person made. */
const suite = (body: string): Record<string, string> => ({
  'test/stt.test.ts': `import { describe, expect, it } from 'vitest';

export function describeSTT(): void {
${body}
}
describeSTT();
`,
});

/** A rule that fails as those of the testkit do. */
const brokenRule = (id: string, ms: number): string => `
  it('works (${id})', () => {
    throw new Error('no audio\\n  The plugin told of an error: HTTP 404\\n  It dropped ${ms} ms.');
  });`;

describe('--run', () => {
  test('names the rule of the contract that a plugin breaks', async () => {
    await using workspace = await makeOwn('src/llm.ts', (text) =>
      text.replace(/ {4}throw failure\('protocol', 'the answer is not complete'\);\n/, ''),
    );
    const result = await runDoctor(workspace.root, [bee, '--run'], { BEE_API_KEY: 'sk-real' });
    expect(rulesOf(result)).toEqual(['exports-unresolved', 'contract-failed']);
    const line = (await workspace.read(`${bee}/test/llm.test.ts`))
      .split('\n')
      .findIndex((text) => text.startsWith('describeLLM('));
    expect(result.findings?.[1]).toMatchObject({
      file: `${bee}/test/llm.test.ts`,
      line: line + 1,
      message: expect.stringMatching(/^LLM contract, .* \([a-z-]+\): /),
      fix: expect.stringMatching(
        /^cd packages\/plugins\/bee && npx vitest run test\/llm\.test\.ts -t '\\\([a-z-]+\\\)'$/,
      ),
    });
  });

  test('tells what was seen with the first rule that it broke, and in JSON with each', async () => {
    await using workspace = await makePluginWorkspace({
      files: suite(
        `describe('STT contract', () => {${brokenRule('one', 20)}${brokenRule('two', 900)}});`,
      ),
    });
    const { stdout } = await runCli(workspace.root, ['doctor', home, '--run']);
    expect(stdout).toContain(
      '      STT contract, works (one): no audio\n        The plugin told of an error: HTTP 404\n        It dropped 20 ms.\n      → ',
    );
    expect(stdout).toContain('      STT contract, works (two): no audio\n      → ');
    const { findings } = await runDoctor(workspace.root, [home, '--run']);
    expect(findings?.flatMap(({ seen }) => seen?.at(-1) ?? [])).toEqual([
      'It dropped 20 ms.',
      'It dropped 900 ms.',
    ]);
  });

  test('counts the rules that pass, and tells of other tests that fail', async () => {
    await using workspace = await makePluginWorkspace({
      files: suite(`  describe('STT contract', () => {
    it('works (works)', () => expect(1).toBe(1));
    it('ends (ends)', () => expect(1).toBe(1));
  });
  it('is mine (mine)', () => expect(1, 'one is').toBe(2));`),
    });
    const { stdout, stderr } = await runCli(workspace.root, ['doctor', home, '--run']);
    expect(stdout).toContain('@corp/ear (stt): 1 error, 2 contract rules passed\n');
    expect(stdout).toContain(`${home}/test/stt.test.ts:8  test-failed\n      is mine (mine): `);
    expect(stderr).toContain(`testing ${home}\n`);
    const json = await runDoctor(workspace.root, [home, '--run']);
    expect(json.plugins).toMatchObject([{ passedRules: 2 }]);
  });

  test('tells of a test that cannot be run', async () => {
    await using workspace = await makePluginWorkspace({
      files: {
        ...suite('  it("is", () => expect(1).toBe(1));'),
        'test/other.test.ts': "throw new Error('no fake');\n",
      },
    });
    const result = await runDoctor(workspace.root, [home, '--run']);
    expect(result.findings?.[0]).toMatchObject({
      rule: 'test-failed',
      file: `${home}/test/other.test.ts`,
      message: expect.stringContaining('no fake'),
    });
  });

  test('tells how tests of another runner end', async () => {
    const failing = { scripts: { test: 'node -e "console.log(\'bad ear\'); process.exit(3)"' } };
    await using workspace = await makePluginWorkspace({ manifest: failing });
    const result = await runDoctor(workspace.root, [home, '--run']);
    expect(rulesOf(result)).toEqual(['test-failed']);
    expect(result.findings?.[0]).toMatchObject({ message: 'The tests fail: bad ear' });
  });

  test('warns where there are none', async () => {
    await using workspace = await makePluginWorkspace({ manifest: { scripts: {} } });
    const result = await runDoctor(workspace.root, [home, '--run']);
    expect(rulesOf(result)).toEqual(['tests-not-run']);
    expect(result).toMatchObject({ ok: true, exitCode: 0 });
  });
});

test('what this version of the templates would change is drift, with the command for it', async () => {
  const old = '{ "extends": "./old.json" }\n';
  await using workspace = await makeOwn('tsconfig.json', () => old);
  const file = `${bee}/.vision-plugin.json`;
  const provenance = await workspace.read(file);
  // As if an older version had made it so.
  await workspace.write({
    [file]: provenance.replace(
      /("tsconfig\.json": \{[^}]*"sha256": )"[0-9a-f]{64}"/,
      `$1"${sha256(old)}"`,
    ),
  });
  const result = await runDoctor(workspace.root, [bee]);
  expect(rulesOf(result)).toEqual(['exports-unresolved', 'drift']);
  expect(result.findings?.[1]).toMatchObject({
    file: `${bee}/tsconfig.json`,
    fix: `npx create-vision-plugin update ${bee}`,
  });
  await runCli(workspace.root, ['update', bee]);
  expect(rulesOf(await runDoctor(workspace.root, [bee]))).toEqual(['exports-unresolved']);
});

test('every rule has a plugin that breaks it', () => {
  const here: RuleName[] = [
    'manifest-invalid',
    'not-installed',
    'provenance-missing',
    'drift',
    'contract-failed',
    'test-failed',
    'tests-not-run',
  ];
  expect([...faults.map(({ rule }) => rule), ...here]).toEqual(expect.arrayContaining([...rules]));
});

test('the guide has every rule, with its levels', async () => {
  const guide = await readFile(join(import.meta.dirname, '../../../docs/guides/doctor.md'), 'utf8');
  const rows = [...guide.matchAll(/^\| `([a-z-]+)` +\| ([a-z ]+?) +\|.*\| (.*?) *\|$/gm)];
  expect(rows.map(([, name = '']) => name).toSorted()).toEqual([...rules].toSorted());
  for (const { rule, level } of faults)
    expect(rows.find(([, name]) => name === rule)?.[2], rule).toContain(level);
});
