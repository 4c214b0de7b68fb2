import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const execute = promisify(execFile);
const tool = (name: string) => join(root, 'node_modules/.bin', name);

/** What a package has besides its manifest, licence, README and the modules compiled from its sources. */
const alsoPacked: Readonly<Record<string, readonly RegExp[]>> = {
  testkit: [
    /^recordings\/(?:ada|ben)(?:-16k\.wav|-48k\.wav|\.json)$/,
    /^(?:tsconfig|oxlint)\.plugin(?:-build)?\.json$/,
  ],
};
/** The command is one bundle, its templates compiled into it. */
const bundled = [
  /^bin\/create-vision-plugin\.js$/,
  /^dist\/[\w-]+\.js$/,
  /^dist\/result\.schema\.json$/,
  /^dist\/THIRD-PARTY-NOTICES\.txt$/,
];
const always = ['LICENSE', 'README.md', 'package.json'];

const folders = globSync('packages/{*,plugins/*}/package.json', { cwd: root })
  .map((path) => path.slice('packages/'.length, -'/package.json'.length))
  .toSorted();

interface Packed {
  tarball: string;
  files: string[];
}

let target: string;
const packed = new Map<string, Packed>();

beforeAll(async () => {
  target = await mkdtemp(join(tmpdir(), 'packed-'));
  await Promise.all(folders.map(async (folder) => packed.set(folder, await pack(folder))));
}, 60_000);

afterAll(() => rm(target, { recursive: true, force: true }));

async function pack(folder: string): Promise<Packed> {
  const options = ['--json', '--ignore-scripts', '--loglevel=silent', '--pack-destination', target];
  const { stdout } = await execute('npm', ['pack', ...options], {
    cwd: join(root, 'packages', folder),
  });
  // The report is a list, or since npm 12 an object by name.
  const report = Object(Object.values(Object(JSON.parse(stdout)))[0]);
  const files: object[] = Array.from(Reflect.get(report, 'files'));
  return {
    tarball: join(target, String(Reflect.get(report, 'filename'))),
    files: files.map((file) => String(Reflect.get(file, 'path'))).toSorted(),
  };
}

function packedOf(folder: string): Packed {
  const found = packed.get(folder);
  if (found === undefined) throw new Error(`${folder} was not packed`);
  return found;
}

async function manifestOf(folder: string): Promise<Record<string, unknown>> {
  return { ...Object(JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'))) };
}

/** What `tsc` makes of the sources that are neither tests nor for tests. */
function compiled(folder: string): string[] {
  return globSync('src/**/*.ts', { cwd: join(root, 'packages', folder) })
    .filter((path) => !/\.test\.ts$|\/fixtures\//.test(path))
    .map((path) => path.replaceAll('\\', '/').replace(/^src\/(.*)\.ts$/, 'dist/$1'))
    .flatMap((path) => [`${path}.js`, `${path}.d.ts`]);
}

describe.each(folders)('packages/%s', (folder) => {
  it('says where it comes from, and is public', async () => {
    const [{ repository }, manifest] = [
      await manifestOf('.'),
      await manifestOf(`packages/${folder}`),
    ];
    const url = String(Reflect.get(Object(repository), 'url'));
    const web = url.replace(/^git\+(.*)\.git$/, '$1');
    expect(manifest).toMatchObject({
      license: 'Apache-2.0',
      type: 'module',
      sideEffects: false,
      repository: { type: 'git', url, directory: `packages/${folder}` },
      publishConfig: { access: 'public' },
      engines: { node: '>=22.12' },
    });
    // npm derives these two from the repository: a plugin leaves them out.
    for (const [name, address] of Object.entries({
      homepage: `${web}/tree/main/packages/${folder}#readme`,
      bugs: `${web}/issues`,
    })) {
      expect(manifest[name] ?? address).toBe(address);
    }
    expect(manifest['keywords']).toContain(
      folder.startsWith('plugins/') ? 'vision-agents-plugin' : 'vision-agents',
    );
  });

  it('packs what is needed, and nothing else', () => {
    const { files } = packedOf(folder);
    if (folder === 'create-vision-plugin') {
      const known = (file: string) =>
        always.includes(file) || bundled.some((pattern) => pattern.test(file));
      expect(files.filter((file) => !known(file))).toEqual([]);
      for (const pattern of bundled) expect(files.some((file) => pattern.test(file))).toBe(true);
      return;
    }
    const extra = alsoPacked[folder] ?? [];
    const others = files.filter((file) => !extra.some((pattern) => pattern.test(file)));
    const stale =
      'a file in dist without a source is left over from an older build: remove dist, and build';
    expect(others, stale).toEqual([...always, ...compiled(folder)].toSorted());
    for (const pattern of extra) expect(files.some((file) => pattern.test(file))).toBe(true);
  });

  it('refers to no source map, because none is packed', async () => {
    for (const file of packedOf(folder).files.filter((path) => path.endsWith('.js'))) {
      expect(await readFile(join(root, 'packages', folder, file), 'utf8'), file).not.toMatch(
        /^\/\/# sourceMappingURL=/m,
      );
    }
  });

  it('is what publint and attw expect of a package', { timeout: 60_000 }, async () => {
    const { tarball } = packedOf(folder);
    await lint('publint', ['run', tarball, '--strict']);
    await lint('attw', [tarball, '--profile', 'esm-only', '--no-color']);
  });
});

async function lint(name: string, args: readonly string[]): Promise<void> {
  const failure = await execute(tool(name), [...args]).then(
    () => undefined,
    (error: unknown) => String(Reflect.get(Object(error), 'stdout')),
  );
  expect(failure, name).toBeUndefined();
}
