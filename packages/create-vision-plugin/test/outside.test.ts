/** The command as npm packs it, away from this repository: in a workspace of other people, from a path with spaces. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { resultSchema } from '../src/result.ts';
import { plainEnvironment } from './support/cli.ts';
import type { CliRun } from './support/cli.ts';
import { whereIs } from './support/machine.ts';
import { Terminal } from './support/terminal.ts';
import { makeWorkspace } from './support/workspace.ts';
import type { TemporaryWorkspace } from './support/workspace.ts';

const execute = promisify(execFile);
/** The user without rights that every Unix has. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let tools: string;
let tarball: string;
let command: string;

beforeAll(async () => {
  tools = await realpath(await mkdtemp(join(tmpdir(), 'cvp tools ')));
  const env = npmEnvironment();
  const packed = await execute('npm', ['pack', '--silent', '--pack-destination', tools], {
    cwd: dirname(import.meta.dirname),
    env,
  });
  tarball = join(tools, packed.stdout.trim());
  await execute('npm', ['install', '--prefix', tools, tarball], { cwd: tools, env });
  command = join(tools, 'node_modules', '.bin', 'create-vision-plugin');
  if (!isRoot) return;
  // Another user runs it too, and this Node may lie where only root can read.
  await mkdir(dirname(sharedNode()));
  await copyFile(process.execPath, sharedNode());
  await execute('chmod', ['-R', 'a+rX', tools]);
}, 60_000);

afterAll(() => rm(tools, { recursive: true, force: true }));

/** No registry, no cache and no configuration of the machine. */
function npmEnvironment(): NodeJS.ProcessEnv {
  return plainEnvironment({
    PATH: withNode(process.execPath),
    npm_config_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_cache: join(tools, 'cache'),
    npm_config_userconfig: join(tools, 'npmrc'),
  });
}

const sharedNode = (): string => join(tools, 'shared', 'node');

/** A PATH on which `node` is this one. */
function withNode(node: string): string {
  return [dirname(node), process.env['PATH']].join(delimiter);
}

interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** The Node that the command finds. */
  readonly node?: string;
  /** Who runs it; only root can run it as another user. */
  readonly user?: number;
  /** What starts the command, with its own arguments. */
  readonly through?: readonly string[];
}

/** Runs the installed command by its link, as a shell does. */
async function run(
  cwd: string,
  args: readonly string[],
  { env = {}, node = process.execPath, through = [], user }: RunOptions = {},
): Promise<CliRun> {
  const [program = command, ...words] = [...through, command, ...args];
  const child = spawn(program, words, {
    cwd,
    env: plainEnvironment({ PATH: withNode(node), ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode: z.nullable(z.number()).parse(exitCode), stdout, stderr };
}

/** What the design allows; the peers have up to 633 MB. */
const MAX_INSTALLED_BYTES = 1_000_000;

test('what is installed is one package without dependencies, of 1 MB at most', async () => {
  const modules = join(tools, 'node_modules');
  const packages = (await readdir(modules)).filter((name) => !name.startsWith('.'));
  expect(packages).toEqual(['create-vision-plugin']);
  const folder = join(modules, 'create-vision-plugin');
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies'])
    expect(manifest).not.toHaveProperty(kind);
  expect(manifest).not.toHaveProperty('scripts.postinstall');
  const entries = await readdir(folder, { recursive: true });
  const stats = await Promise.all(entries.map((entry) => lstat(join(folder, entry))));
  const bytes = stats.reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(MAX_INSTALLED_BYTES);
});

const siblingRanges = {
  dependencies: { zod: '~4.1.3' },
  devDependencies: {
    '@types/node': '^22.15.0',
    '@vision-agents/core': '~0.7.2',
    '@vision-agents/testkit': '~0.7.1',
    typescript: '~7.0.1',
    vitest: '~5.1.0',
  },
  peerDependencies: { '@vision-agents/core': '>=0.7 <0.9' },
};

/** Nothing is called or placed as in this repository. */
function makeForeignWorkspace(): Promise<TemporaryWorkspace> {
  return makeWorkspace(
    {
      'apps/desk/package.json': '{"name":"@acme-labs/desk"}',
      'integrations/echo/package.json': JSON.stringify({
        name: '@acme-labs/plugin-echo',
        keywords: ['vision-agents-plugin'],
        ...siblingRanges,
      }),
    },
    { name: 'acme-labs', private: true, license: 'MIT', workspaces: ['apps/*', 'integrations/*'] },
  );
}

const expectedManifest = {
  name: '@acme-labs/plugin-open-voice',
  license: 'MIT',
  ...siblingRanges,
};

async function expectMade(workspace: TemporaryWorkspace, made: CliRun): Promise<void> {
  expect(made).toMatchObject({ exitCode: 0 });
  const manifest: unknown = JSON.parse(
    await workspace.read('integrations/open-voice/package.json'),
  );
  expect(manifest).toMatchObject(expectedManifest);
  expect((await readdir(workspace.root)).toSorted()).toEqual(
    ['.changeset', 'apps', 'integrations', 'package.json'].toSorted(),
  );
}

const question = ['Open Voice', '--type', 'stt'];

describe('in a foreign workspace', () => {
  test.for(['ws', 'http', 'sdk', 'worker'])(
    '%s: beside its sibling, with its scope and its ranges',
    async (transport) => {
      await using workspace = await makeForeignWorkspace();
      const before = await workspace.snapshot();
      const made = await run(workspace.root, [...question, '--transport', transport, '--json']);
      await expectMade(workspace, made);
      expect(resultSchema.parse(JSON.parse(made.stdout))).toMatchObject({ ok: true });
      expect(made.stderr).toBe('');
      expect(await workspace.read('.changeset/open-voice.md')).toContain(expectedManifest.name);
      expect(await workspace.snapshot()).toMatchObject(before); // and nothing that was there is touched
    },
  );

  test('from a folder of it, with a space in the path', async () => {
    await using workspace = await makeForeignWorkspace();
    const here = workspace.path('apps/front desk');
    await mkdir(here);
    await expectMade(workspace, await run(here, question));
  });

  test('again, it changes nothing', async () => {
    await using workspace = await makeForeignWorkspace();
    await run(workspace.root, question);
    const before = await workspace.snapshot();
    expect(await run(workspace.root, question)).toMatchObject({ exitCode: 0 });
    expect(await workspace.snapshot()).toEqual(before);
  });

  test('through npm exec, in a folder of it', async () => {
    await using workspace = await makeForeignWorkspace();
    const words = ['--yes', '--package', `file:${tarball}`, '--', 'create-vision-plugin'];
    const env = npmEnvironment();
    const cwd = workspace.path('apps/desk');
    const { stderr, stdout } = await execute('npm', ['exec', ...words, ...question], { cwd, env });
    await expectMade(workspace, { exitCode: 0, stderr, stdout });
  });
});

/** A loopback port that nothing listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  server.close();
  await once(server, 'close');
  return port;
}

const unshares = await execute('unshare', ['-n', 'true']).then(
  () => true,
  () => false,
);

describe('without a network', () => {
  test('it needs none: npm offline, and every proxy a closed port', async () => {
    await using workspace = await makeForeignWorkspace();
    const proxy = `http://127.0.0.1:${await closedPort()}`;
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'npm_config_proxy'];
    const env = {
      ...Object.fromEntries(names.map((name) => [name, proxy])),
      NODE_USE_ENV_PROXY: '1',
      npm_config_offline: 'true',
    };
    await expectMade(workspace, await run(workspace.root, question, { env }));
  });

  test.runIf(unshares)('in a network namespace with nothing in it, by unshare -n', async () => {
    await using workspace = await makeForeignWorkspace();
    const through = ['unshare', '-n', '--'];
    await expectMade(workspace, await run(workspace.root, question, { through }));
  });
});

/** A Node on the PATH that is older than the command needs, and not one that npm installed. */
async function findOldNode(): Promise<string | undefined> {
  for (const node of await whereIs('node')) {
    if (node.includes('node_modules')) continue;
    const [major = 0, minor = 0] = (await execute(node, ['-p', 'process.versions.node'])).stdout
      .split('.')
      .map(Number);
    if (major < 22 || (major === 22 && minor < 12)) return node;
  }
  return undefined;
}
const oldNode = await findOldNode();

async function expectRefused(options: RunOptions, version: RegExp): Promise<void> {
  await using workspace = await makeForeignWorkspace();
  const before = await workspace.snapshot();
  const human = await run(workspace.root, question, options);
  const json = await run(workspace.root, [...question, '--json'], options);
  expect(human).toMatchObject({ exitCode: 4, stdout: '' });
  expect(human.stderr).toMatch(/^E_NODE_VERSION {2}Node\.js 22\.12 or later is needed/);
  expect(human.stderr).toMatch(version);
  expect(human.stderr.trim().split('\n')).toHaveLength(2); // no stack
  expect(json).toMatchObject({ exitCode: 4, stderr: '' });
  expect(resultSchema.parse(JSON.parse(json.stdout))).toMatchObject({
    ok: false,
    error: { code: 'E_NODE_VERSION' },
  });
  expect(await workspace.snapshot()).toEqual(before);
}

describe('with a Node that is too old', () => {
  test.runIf(oldNode)('a real one from this machine', async () => {
    await expectRefused({ node: oldNode ?? '' }, /this is \d+\.\d+\.\d+\./);
  });

  test.for(['20.19.5', '22.11.0'])('one that says it is %s', async (version) => {
    await using preload = await makeWorkspace({
      'old-node.mjs': `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`,
    });
    const env = { NODE_OPTIONS: `--import=${preload.path('old-node.mjs')}` };
    await expectRefused({ env }, new RegExp(`this is ${version}\\.`));
  });
});

/** Runs it as somebody who may not write to this folder, or not even read it, and expects that nothing happens. */
async function expectKeptOut(folder: string, mode: number): Promise<void> {
  await using workspace = await makeForeignWorkspace();
  const openTo = async (all: number): Promise<void> => {
    await chmod(workspace.root, 0o777); // it is the owner's alone at first
    await chmod(workspace.path(folder), all);
  };
  await openTo(0o777);
  const before = await workspace.snapshot();
  await openTo(mode);
  const as = isRoot ? { user: NOBODY, node: sharedNode() } : {};
  const human = await run(workspace.root, question, as);
  const json = await run(workspace.root, [...question, '--json'], as);
  await openTo(0o777);
  expect(await workspace.snapshot()).toEqual(before);
  expect(human).toMatchObject({ exitCode: 4, stdout: '' });
  expect(human.stderr).toMatch(/^E_NOT_WRITABLE {2}/);
  expect(json).toMatchObject({ exitCode: 4, stderr: '' });
}

const folders = ['.', 'integrations', '.changeset'];

/** Root is refused nothing, so it runs the command as another user; anybody else owns what they have no rights to. */
describe('without the rights', () => {
  const [readable, closed] = isRoot ? [0o755, 0o711] : [0o555, 0o311];
  test.for(folders)('to write in %s', (folder) => expectKeptOut(folder, readable));
  test.for(folders)('to read %s', (folder) => expectKeptOut(folder, closed));

  test.for([
    ['add', 'tts', '--to', 'integrations/open-voice'],
    ['update', 'integrations/open-voice'],
    ['doctor', 'integrations/open-voice', '--fix'],
  ])('to change a plugin: %s', async (args) => {
    await using workspace = await makeForeignWorkspace();
    await run(workspace.root, question);
    const plugin = workspace.path('integrations/open-voice');
    const [home, older] = ['integrations/open-voice', '{ "extends": "./older.json" }\n'];
    const [manifest, provenance] = [
      await workspace.read(`${home}/package.json`),
      await workspace.read(`${home}/.vision-plugin.json`),
    ];
    // There is something to mend, and an older version's file to update.
    await workspace.write({
      [`${home}/package.json`]: manifest.replace(/"sideEffects": false,\s*/, ''),
      [`${home}/tsconfig.json`]: older,
      [`${home}/.vision-plugin.json`]: provenance.replace(
        /("tsconfig\.json": \{\s*"class": "managed",\s*"sha256": )"\w+"/,
        `$1"${createHash('sha256').update(older).digest('hex')}"`,
      ),
    });
    await execute('chmod', ['-R', 'a+rX,a-w', plugin]);
    await chmod(workspace.root, 0o755);
    const before = await workspace.snapshot();
    const as = isRoot ? { user: NOBODY, node: sharedNode() } : {};
    const kept = await run(workspace.root, [...args, '--json'], as);
    expect(await workspace.snapshot()).toEqual(before);
    await execute('chmod', ['-R', 'u+w', plugin]);
    expect(kept.stderr).toBe('');
    expect(resultSchema.parse(JSON.parse(kept.stdout))).toMatchObject({
      ok: false,
      exitCode: kept.exitCode,
      error: { code: 'E_NOT_WRITABLE' },
    });
  });
});

describe('in a terminal', () => {
  const questions = [
    ['What is the provider called?', 'Open Voice\r'],
    ['What does it provide?', '\r'],
    ['How is it reached?', '\u001B[B\u001B[B\u001B[A\r'], // down, down and up again: by http
    ['Run npm install afterwards?', 'n'],
  ] as const;

  test('every question answered, it is made', async ({ signal }) => {
    await using workspace = await makeForeignWorkspace();
    await using terminal = new Terminal(workspace.root, [], signal, { BIN: command });
    for (const [asked, keys] of questions) await terminal.answer(asked, keys);
    const exitCode = z.number().parse(await terminal.exitCode());
    await expectMade(workspace, { exitCode, stdout: '', stderr: terminal.screen });
    const plugin = await workspace.read('integrations/open-voice/src/stt.ts');
    expect(plugin).toContain('extends SegmentedSTT');
  });

  test.for([...questions.entries()])(
    'Ctrl-C instead of answer %i leaves nothing',
    async ([index, [asked]], { signal }) => {
      await using workspace = await makeForeignWorkspace();
      const before = await workspace.snapshot();
      await using terminal = new Terminal(workspace.root, [], signal, { BIN: command });
      for (const [earlier, keys] of questions.slice(0, index)) await terminal.answer(earlier, keys);
      await terminal.answer(asked, '\u0003');
      expect(await terminal.exitCode()).toBe(130);
      expect(await workspace.snapshot()).toEqual(before);
    },
  );
});
