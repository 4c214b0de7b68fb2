import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from './support/cli.ts';
import { home, makePluginWorkspace, rulesOf, runDoctor, sources } from './support/plugin.ts';
import { faults } from './support/plugin-faults.ts';
import { snapshot } from './support/workspace.ts';

test('a plugin that a person made, and made right, is told so', async () => {
  await using workspace = await makePluginWorkspace();
  const before = await snapshot(workspace.path(home));
  expect(await runDoctor(workspace.root)).toEqual({
    schemaVersion: 1,
    command: 'doctor',
    ok: true,
    exitCode: 0,
    dryRun: false,
    plugins: [
      {
        name: 'ear',
        packageName: '@corp/ear',
        types: ['stt'],
        directory: home,
        root: workspace.root,
      },
    ],
    findings: [
      {
        plugin: home,
        rule: 'provenance-missing',
        level: 'info',
        message: expect.any(String),
        fix: expect.any(String),
        fixable: false,
      },
    ],
  });
  const { stdout, stderr, exitCode } = await runCli(workspace.path(home), ['doctor']);
  expect(stdout).toContain('@corp/ear (stt): nothing is wrong\n');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(await snapshot(workspace.path(home))).toEqual(before);
});

test('what only looks wrong is not found', async () => {
  const stt = sources['src/stt.ts'] ?? '';
  await using workspace = await makePluginWorkspace({
    files: {
      'src/stt.ts': stt.replace(
        "return { text: '' };",
        `// new WebSocket('ws://127.0.0.1') and process.env.EAR_REGION
    const told = "fetch('http://127.0.0.1'); new WebSocket(process.env['EAR_REGION'])";
    const maxTokens = told.length;
    console.debug(maxTokens, /new WebSocket/.test(told));
    const fetch = this.fetch;
    await fetch('http://127.0.0.1').catch(() => undefined);
    for (const word of told.split(' ')) {
      try {
        JSON.parse(word);
      } catch {
        continue;
      }
    }
    return { text: '' };`,
      ),
      'test/other.test.ts': 'new WebSocket(process.env.EAR_TEST);\n',
      'example/listen.js': 'console.log(process.env.EAR_TEST, apiKey);\n',
    },
  });
  expect(rulesOf(await runDoctor(workspace.root))).toEqual([]);
});

describe.concurrent('one thing is wrong, and just that is found', () => {
  test.for(faults)('$rule: $says', async ({ rule, level, at, says, ...change }, { expect: is }) => {
    await using workspace = await makePluginWorkspace(change);
    const result = await runDoctor(workspace.root);
    is(rulesOf(result)).toEqual([rule]);
    const found = result.findings?.find((finding) => finding.rule === rule);
    is(found).toMatchObject({ level, plugin: home });
    is(`${found?.message}\n${found?.fix}`).toContain(says);
    if (at !== undefined) {
      const place = [found?.file, found?.line].filter((part) => part !== undefined).join(':');
      is(place).toBe(join(home, at));
    }
    is(result).toMatchObject(
      level === 'error'
        ? { ok: false, exitCode: 6, error: { code: 'E_FINDINGS' } }
        : { ok: true, exitCode: 0 },
    );
  });
});
