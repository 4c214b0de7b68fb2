import { execFile } from 'node:child_process';
import { copyFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ProbeName } from '../../src/check/finding.ts';
import { nvidia, openAI, openRouter } from '../../src/check/providers.ts';
import type { Survey } from '../../src/check/survey.ts';
import { usageOf } from '../../src/check/usable.ts';
import { plainEnvironment } from '../support/cli.ts';
import { makeWorkspace } from '../support/workspace.ts';

const repository = join(import.meta.dirname, '../../../..');

function found(baseUrl: string, ...working: ProbeName[]): Survey {
  const findings = working.map((probe) => ({ probe, status: 'yes', detail: '' }) as const);
  return { baseUrl, model: "acme's", realtimeModel: 'acme-realtime', findings };
}

const local = 'http://localhost:11434/v1';

const printed: ReadonlyArray<readonly [string, Survey, string | undefined]> = [
  ['a local model', found(local, 'streaming'), undefined],
  [
    'a model that sees, behind a key',
    found('https://api.acme.example/a/rather/long/path/to/its/api/v1', 'streaming', 'images'),
    'ACME_API_KEY',
  ],
  [
    'OpenAI, with its own variable',
    found(openAI.baseUrl, 'streaming', 'images'),
    openAI.keyVariable,
  ],
  ['OpenAI, with another variable', found(openAI.baseUrl, 'streaming'), 'MY_KEY'],
  ['a model that talks', found(local, 'streaming', 'images', 'realtime'), undefined],
  ['OpenRouter', found(openRouter.baseUrl, 'streaming', 'images'), openRouter.keyVariable],
  ['NVIDIA', found(nvidia.baseUrl, 'streaming', 'images'), nvidia.keyVariable],
  ['NVIDIA, with another variable', found(nvidia.baseUrl, 'streaming', 'images'), 'MY_KEY'],
];

describe('the code that is printed', () => {
  test('compiles against the plugins, and is formatted', async () => {
    await using workspace = await makeWorkspace({}, { name: 'app', type: 'module' });
    await symlink(join(repository, 'node_modules'), workspace.path('node_modules'));
    await copyFile(join(repository, '.oxfmtrc.json'), workspace.path('.oxfmtrc.json'));
    const config = {
      extends: '@vision-agents/testkit/tsconfig.plugin.json',
      compilerOptions: { noEmit: true },
      include: ['*.ts'],
    };
    await writeFile(workspace.path('tsconfig.json'), JSON.stringify(config));
    for (const [index, [, survey, variable]] of printed.entries())
      await writeFile(workspace.path(`usage-${index}.ts`), usageOf(survey, variable)?.code ?? '');

    const bin = join(repository, 'node_modules/.bin');
    const path = [bin, dirname(process.execPath), process.env['PATH']].join(delimiter);
    const options = { cwd: workspace.root, env: plainEnvironment({ PATH: path }) };
    await expect(promisify(execFile)('tsc', ['-p', '.'], options)).resolves.toMatchObject({
      stdout: '',
    });
    await promisify(execFile)('oxfmt', ['--check', 'usage-*.ts'], options);
    // Nothing is asked before there is something to say, so that a local model needs no key to be made ready.
    await promisify(execFile)(process.execPath, ['usage-0.ts'], options);
  });

  test('OpenAI is at home in the plugin, and its variable is known there', () => {
    const code = usageOf(found(openAI.baseUrl, 'streaming'), openAI.keyVariable)?.code;
    expect(code).not.toMatch(/baseUrl|apiKey/);
  });

  test.each([
    ['https://openrouter.ai/api/v1', ['streaming'], ['@vision-agents/plugin-openrouter']],
    ['https://integrate.api.nvidia.com/v1', ['streaming'], ['@vision-agents/plugin-openai']],
    [
      'https://integrate.api.nvidia.com/v1',
      ['streaming', 'images'],
      ['@vision-agents/plugin-openai', '@vision-agents/plugin-nvidia'],
    ],
  ] as const)('%s with %j is used through %j', (baseUrl, working, packages) => {
    expect(usageOf(found(baseUrl, ...working), undefined)?.packages).toEqual(packages);
  });

  test('nothing is printed where no answer streams, and nothing talks', () => {
    expect(usageOf(found(local, 'models', 'chat', 'tools'), undefined)).toBeUndefined();
    const code = usageOf(found(local, 'realtime'), undefined)?.code;
    expect(code).toMatch(/^import \{ Realtime \}[^]*model: 'acme-realtime',/);
  });
});
