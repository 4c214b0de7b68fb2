import { mkdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { types } from '../src/catalogue.ts';
import { resultSchema } from '../src/result.ts';
import type { Result } from '../src/result.ts';
import { bin, runCli, runNode, runPasted } from './support/cli.ts';
import { makeWorkspace } from './support/workspace.ts';

function parse(stdout: string): Result {
  return resultSchema.parse(JSON.parse(stdout));
}

test('--help and --version answer on stdout', async () => {
  await using workspace = await makeWorkspace();
  const help = await runCli(workspace.root, ['--help']);
  expect(help).toMatchObject({ exitCode: 0, stderr: '' });
  expect(help.stdout).toContain('--dry-run[=summary|diff]');
  expect(help.stdout).toMatch(/^ {2}doctor\b[^]*^ {2}check\b/m);
  const version = await runCli(workspace.root, ['-V']);
  expect(version).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});

test('list shows every type, with its base classes and transports', async () => {
  await using workspace = await makeWorkspace();
  const { stdout, exitCode } = await runCli(workspace.root, ['list']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^stt +StreamingSTT .* ws$/m);
  expect(stdout).toMatch(/^stt +SegmentedSTT /m);
  for (const type of types) expect(stdout).toMatch(new RegExp(`^${type} `, 'm'));
  const json = parse((await runCli(workspace.root, ['list', '--json'])).stdout);
  expect(json).toMatchObject({ command: 'list', ok: true });
  expect(json.types?.map(({ type }) => type)).toHaveLength(7);
  expect(json.types?.[0]).toMatchObject({
    baseClass: 'StreamingSTT',
    otherBases: [{ baseClass: 'SegmentedSTT', transports: ['http', 'sdk', 'worker'] }],
  });
});

interface Refusal {
  readonly title: string;
  readonly args: readonly string[];
  readonly exitCode: number;
  readonly code: string;
  /** In the message or in the next step. */
  readonly says: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly manifest?: object;
  readonly env?: NodeJS.ProcessEnv;
}

const refusals: readonly Refusal[] = [
  {
    title: 'unknown flag',
    args: ['acme', '--tpye', 'stt'],
    exitCode: 2,
    code: 'E_FLAG_UNKNOWN',
    says: 'Did you mean --type?\n  npx create-vision-plugin acme --type stt',
  },
  {
    title: 'unknown flag with its value',
    args: ['acme', '--tpye=stt', '--dry-run'],
    exitCode: 2,
    code: 'E_FLAG_UNKNOWN',
    says: 'npx create-vision-plugin acme --type=stt --dry-run',
  },
  {
    title: 'unknown flag like no other',
    args: ['acme', '--colour'],
    exitCode: 2,
    code: 'E_FLAG_UNKNOWN',
    says: '--help',
  },
  {
    title: 'flag and its negation',
    args: ['acme', '--install', '--type', 'stt', '--no-install'],
    exitCode: 2,
    code: 'E_USAGE',
    says: 'Give --install or --no-install, not both.\n  npx create-vision-plugin acme --type stt --no-install',
  },
  {
    title: 'flag without its value',
    args: ['acme', '--type'],
    exitCode: 2,
    code: 'E_FLAG_INVALID',
    says: 'npx create-vision-plugin acme --type stt',
  },
  {
    title: 'flag for a value',
    args: ['acme', '--type', 'stt', '--dir', '--dry-run'],
    exitCode: 2,
    code: 'E_FLAG_INVALID',
    says: '--dir needs a value.\n  npx create-vision-plugin acme --type stt --dir <value> --dry-run',
  },
  {
    title: 'unknown dry run',
    args: ['acme', '--type', 'stt', '--dry-run=all'],
    exitCode: 2,
    code: 'E_FLAG_INVALID',
    says: 'summary',
  },
  {
    title: 'too many words',
    args: ['acme', 'extra', '--type', 'stt'],
    exitCode: 2,
    code: 'E_USAGE',
    says: 'Too many arguments',
  },
  {
    title: 'a slip in a command with a word after it',
    args: ['lst', 'types'],
    exitCode: 2,
    code: 'E_USAGE',
    says: 'Did you mean the command list?\n  npx create-vision-plugin list',
  },
  {
    title: 'a slip in a command',
    args: ['lst'],
    exitCode: 2,
    code: 'E_INPUT_NEEDED',
    says: 'Did you mean the command list?',
  },
  {
    title: 'unknown type',
    args: ['acme', '--type', 'sst'],
    exitCode: 2,
    code: 'E_TYPE_UNKNOWN',
    says: 'Did you mean "stt"?',
  },
  {
    title: 'nothing like a type',
    args: ['acme', '--type', 'banana'],
    exitCode: 2,
    code: 'E_TYPE_UNKNOWN',
    says: `Types: ${types.join(', ')}`,
  },
  {
    title: 'unknown transport',
    args: ['acme', '--type', 'stt', '--transport', 'wss', '--quiet'],
    exitCode: 2,
    code: 'E_TRANSPORT_UNKNOWN',
    says: 'Did you mean "ws"?\n  npx create-vision-plugin acme --type stt --transport ws --quiet',
  },
  {
    title: 'unusable name',
    args: ['3d-model', '--type', 'stt'],
    exitCode: 2,
    code: 'E_NAME_INVALID',
    says: 'npx create-vision-plugin three-d-model --type stt',
  },
  {
    title: 'name that must be quoted',
    args: ['ünïcode', '--type', 'stt'],
    exitCode: 2,
    code: 'E_NAME_INVALID',
    says: "--display-name 'ünïcode'",
  },
  {
    title: 'reserved name',
    args: ['con', '--type', 'stt'],
    exitCode: 2,
    code: 'E_NAME_RESERVED',
    says: 'con-ai',
  },
  {
    title: 'a module of Node.js as a name',
    args: ['stream', '--type', 'stt'],
    exitCode: 2,
    code: 'E_NAME_RESERVED',
    says: 'npx create-vision-plugin acme-stream --type stt',
  },
  {
    title: 'path as a name',
    args: ['../../acme', '--type', 'stt'],
    exitCode: 2,
    code: 'E_NAME_INVALID',
    says: 'acme',
  },
  {
    title: 'bad class prefix',
    args: ['acme', '--type', 'stt', '--class-prefix', '3D'],
    exitCode: 2,
    code: 'E_FLAG_INVALID',
    says: '--class-prefix',
  },
  {
    title: 'bad env prefix',
    args: ['acme', '--type', 'stt', '--env-prefix', 'acme'],
    exitCode: 2,
    code: 'E_FLAG_INVALID',
    says: '--env-prefix',
  },
  {
    title: 'bad scope',
    args: ['acme', '--type', 'stt', '--scope', 'A B'],
    exitCode: 2,
    code: 'E_FLAG_INVALID',
    says: '--scope',
  },
  {
    title: 'display name that ends a comment',
    args: ['acme', '--type', 'stt', '--display-name', 'a */ b'],
    exitCode: 2,
    code: 'E_FLAG_INVALID',
    says: '--display-name',
  },
  {
    title: 'folder with other content',
    args: ['acme', '--type', 'stt'],
    files: { 'packages/plugins/acme/notes.md': 'mine' },
    exitCode: 3,
    code: 'E_EXISTS',
    says: 'notes.md',
  },
  {
    title: 'file where the folder should be',
    args: ['acme', '--type', 'stt'],
    files: { 'packages/plugins/acme': 'mine' },
    exitCode: 3,
    code: 'E_COLLISION',
    says: 'is a file',
  },
  {
    title: 'file in the way of a parent folder',
    args: ['acme', '--type', 'stt'],
    files: { 'packages/plugins': 'mine' },
    exitCode: 3,
    code: 'E_COLLISION',
    says: 'packages/plugins is a file',
  },
  {
    title: 'folder that differs in case',
    args: ['acme', '--type', 'stt'],
    files: { 'packages/plugins/Acme/notes.md': 'mine' },
    exitCode: 3,
    code: 'E_COLLISION',
    says: 'only in case',
  },
  {
    title: "another's changeset of this name",
    args: ['acme', '--type', 'stt'],
    files: { '.changeset/acme.md': 'mine' },
    exitCode: 3,
    code: 'E_COLLISION',
    says: '.changeset/acme.md',
  },
  {
    title: 'package name taken',
    args: ['acme', '--type', 'stt', '--scope', 'x'],
    files: { 'packages/other/package.json': '{"name":"@x/plugin-acme"}' },
    exitCode: 3,
    code: 'E_PACKAGE_TAKEN',
    says: 'packages/other',
  },
  {
    title: 'folder outside the workspace',
    args: ['acme', '--type', 'stt', '--dir', '../acme'],
    exitCode: 3,
    code: 'E_OUTSIDE_ROOT',
    says: '--dir',
  },
  {
    title: 'the root itself',
    args: ['acme', '--type', 'stt', '--dir', '.'],
    exitCode: 3,
    code: 'E_OUTSIDE_ROOT',
    says: '--dir',
  },
  {
    title: 'provenance that climbs out',
    args: ['acme', '--type', 'stt'],
    files: {
      'packages/plugins/acme/.vision-plugin.json': JSON.stringify({
        schemaVersion: 1,
        generator: 'create-vision-plugin',
        version: '0.1.0',
        templates: 'sha256:0',
        answers: {
          name: 'acme',
          displayName: 'Acme',
          classPrefix: 'Acme',
          envPrefix: 'ACME',
          packageName: 'x',
          types: ['stt'],
          transports: { stt: 'ws' },
        },
        files: { '../../../etc/passwd': { class: 'seed', sha256: '0'.repeat(64) } },
      }),
    },
    exitCode: 3,
    code: 'E_PROVENANCE',
    says: 'version control',
  },
  {
    title: 'not covered by workspaces',
    args: ['acme', '--type', 'stt'],
    manifest: { workspaces: ['apps/*', '!apps/old'] },
    exitCode: 4,
    code: 'E_NOT_COVERED',
    says: '"packages/plugins/*"',
  },
  {
    title: 'no workspace',
    args: ['acme', '--type', 'stt', '--workspace'],
    manifest: { name: 'single' },
    exitCode: 4,
    code: 'E_NO_WORKSPACE',
    says: 'npx create-vision-plugin acme --type stt --standalone',
  },
  {
    title: 'broken package.json',
    args: ['acme', '--type', 'stt'],
    files: { 'package.json': '{' },
    exitCode: 4,
    code: 'E_WORKSPACE_INVALID',
    says: 'package.json',
  },
  {
    title: 'flags that npm swallowed',
    args: ['acme', 'stt'],
    env: { npm_command: 'init', npm_config_type: 'true', npm_config_dry_run: 'true' },
    exitCode: 2,
    code: 'E_NPM_SWALLOWED',
    says: 'npm create vision-plugin -- acme --type stt --dry-run',
  },
];

describe('refuses before a byte is written', () => {
  test.for(refusals)('$title', async ({ args, exitCode, code, says, files, manifest, env }) => {
    await using workspace = await makeWorkspace(files, manifest);
    const before = await workspace.snapshot();
    const human = await runCli(workspace.root, args, env);
    const json = await runCli(workspace.root, [...args, '--json'], env);
    expect(await workspace.snapshot()).toEqual(before);

    expect(human).toMatchObject({ exitCode, stdout: '' });
    expect(human.stderr).toMatch(new RegExp(`^${code}  `));
    expect(human.stderr).toContain(says);
    expect(json).toMatchObject({ exitCode, stderr: '' });
    const document = parse(json.stdout);
    expect(document).toMatchObject({ ok: false, exitCode, error: { code } });
    expect(document.error?.fix).not.toBe('');
  });
});

test('what is suggested for a bad name works when pasted', async () => {
  await using workspace = await makeWorkspace();
  const refused = await runCli(workspace.root, ['Ünïcode', '--type', 'stt', '--env-prefix', 'UNI']);
  const made = await runPasted(workspace.root, refused.stderr.split('\n').at(1) ?? '');
  expect(made).toMatchObject({ exitCode: 0 });
  expect(await workspace.read('packages/plugins/unicode/.vision-plugin.json')).toContain(
    '"displayName": "Ünïcode"',
  );
});

test.for([
  ['3d-model', ['--dry-run=diff', '--no-install', '--no-input'], 'three-d-model'],
  ['3d-model', ['--dry-run', '--install', '--yes', '--verbose'], 'three-d-model'],
  ['acme', ['--class-prefix', '3d', '--quiet', '--dry-run'], 'acme', '--class-prefix AcmeAI'],
  ['acme', ['--env-prefix', 'a', '--dry-run'], 'acme', '--env-prefix ACME_AI'],
  ['acme', ['--dir', '', '--dry-run'], 'acme', ''],
] as const)('what is suggested for %s with %j runs in the same way', async (row) => {
  await using workspace = await makeWorkspace();
  const before = await workspace.snapshot();
  const [name, flags, better, corrected] = row;
  const refused = await runCli(workspace.root, [name, '--type', 'stt', ...flags, '--json']);
  const fix = parse(refused.stdout).error?.fix ?? '';
  const kept = flags.filter((flag) => /^--(dry|no|install|yes|quiet|verbose)/.test(flag));
  expect(fix.split(' ').slice(0, 5).join(' ')).toBe(
    `npx create-vision-plugin ${better} --type stt`,
  );
  expect(fix.split(' ')).toEqual(expect.arrayContaining([...kept, '--json']));
  expect(fix).toContain(corrected ?? '');
  const again = await runPasted(workspace.root, fix);
  expect(again).toMatchObject({ exitCode: 0 });
  expect(await workspace.snapshot()).toEqual(before);
});

describe('what is suggested for a folder works from where the command was given', () => {
  const files = {
    'packages/plugins/acme/package.json':
      '{"name":"@corp/plugin-acme","keywords":["vision-agents-plugin"]}',
  };
  const here = 'packages/plugins/acme';

  test.for([
    ['covered by no pattern', 'beta', 'E_NOT_COVERED'],
    ['outside the workspace', '../../../../beta', 'E_OUTSIDE_ROOT'],
    ['the workspace itself', '../../..', 'E_OUTSIDE_ROOT'],
  ] as const)('%s: beside its siblings', async ([, dir, code]) => {
    await using workspace = await makeWorkspace(files);
    const args = ['beta', '--type', 'stt', '--dir', dir];
    const refused = await runCli(workspace.path(here), args);
    expect(refused.stderr).toMatch(new RegExp(`^${code}  `));
    const line = 'npx create-vision-plugin beta --type stt --dir ../beta';
    expect(refused.stderr).toContain(line);
    expect(await runPasted(workspace.path(here), line)).toMatchObject({ exitCode: 0 });
    expect(await workspace.read('packages/plugins/beta/src/stt.ts')).toContain('STT');
  });

  test.for([
    ['a list', ['packages/*', 'packages/plugins/*']],
    ['an object', { packages: ['packages/*', 'packages/plugins/*'] }],
  ] as const)('the edit goes to the root, workspaces as %s', async ([, workspaces]) => {
    await using workspace = await makeWorkspace(files, { name: 'ws', workspaces });
    const own = await workspace.read(`${here}/package.json`);
    const args = ['beta', '--type', 'stt', '--dir', 'parts/beta'];
    const refused = await runCli(workspace.path(here), args);
    const line = refused.stderr.split('\n').at(1) ?? '';
    expect(line.trim()).toBe(
      `npm pkg set --prefix ../../.. 'workspaces=["packages/*","packages/plugins/*","${here}/parts/*"]' --json`,
    );
    expect(await runPasted(workspace.path(here), line)).toMatchObject({ exitCode: 0 });
    expect(await workspace.read(`${here}/package.json`)).toBe(own);
    expect(await runCli(workspace.path(here), args)).toMatchObject({ exitCode: 0 });
  });

  test('a pattern is where to go while there are no plugins yet', async () => {
    await using workspace = await makeWorkspace({}, { workspaces: ['apps/*'] });
    const { stderr } = await runCli(workspace.root, ['beta', '--type', 'stt', '--dry-run']);
    expect(stderr).toContain(`npm pkg set 'workspaces=["apps/*","packages/plugins/*"]' --json\n`);
    expect(stderr).toContain(
      'elsewhere: npx create-vision-plugin beta --type stt --dir apps/beta --dry-run\n',
    );
  });
});

test('a name close to a command is as good as any', async () => {
  await using workspace = await makeWorkspace();
  expect(await runCli(workspace.root, ['lisa', '--type', 'stt'])).toMatchObject({ exitCode: 0 });
});

describe('without a terminal', () => {
  const answers = [['acme'], ['--type', 'stt']];
  const silencers: ReadonlyArray<readonly [string[], NodeJS.ProcessEnv]> = [
    [[], {}],
    [['--yes'], {}],
    [['--no-input'], {}],
    [['--json'], {}],
    [[], { CI: 'true' }],
  ];
  for (const [flags, env] of silencers) {
    for (let subset = 0; subset < 2 ** answers.length; subset++) {
      const given = answers.flatMap((words, index) => ((subset >> index) & 1 ? words : []));
      const isComplete = subset === 2 ** answers.length - 1;
      const title = `[${[...given, ...flags].join(' ')}]${env['CI'] === undefined ? '' : ' in CI'}`;
      test(`${title} ${isComplete ? 'makes it' : 'names what is missing'}`, async () => {
        await using workspace = await makeWorkspace();
        const before = await workspace.snapshot();
        const { exitCode, stdout, stderr } = await runCli(
          workspace.root,
          [...given, ...flags],
          env,
        );
        expect(exitCode).toBe(isComplete ? 0 : 2);
        if (isComplete) return;
        expect(await workspace.snapshot()).toEqual(before);
        const output = stdout + stderr;
        expect(output).toContain('E_INPUT_NEEDED');
        expect(output).toContain('npx create-vision-plugin acme --type stt');
        const missing = /missing: ([^.]*)\./.exec(output)?.[1]?.split(', ') ?? [];
        expect(missing).toEqual([
          ...(subset & 1 ? [] : ['name']),
          ...(subset & 2 ? [] : ['--type']),
        ]);
      });
    }
  }
});

describe('the launcher', () => {
  test('names the version of Node.js it needs', async () => {
    await using workspace = await makeWorkspace({
      'old-node.mjs':
        "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.0' } });",
    });
    const old = ['--import', './old-node.mjs', bin, 'acme', '--type', 'stt'];
    const human = await runNode(workspace.root, old);
    expect(human).toMatchObject({ exitCode: 4, stdout: '' });
    expect(human.stderr).toContain('22.12 or later is needed; this is 20.11.0');
    const json = await runNode(workspace.root, [...old, '--json']);
    expect(parse(json.stdout)).toMatchObject({ exitCode: 4, error: { code: 'E_NODE_VERSION' } });
  });

  test('unbuilt, it says what to run', async () => {
    await using workspace = await makeWorkspace();
    await mkdir(workspace.path('bin'));
    const { copyFile } = await import('node:fs/promises');
    await copyFile(bin, workspace.path('bin/run.mjs'));
    const { exitCode, stderr } = await runNode(workspace.root, ['bin/run.mjs']);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('npm run build'),
    });
  });
});
