import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGzip, constants } from 'node:zlib';
import { repository } from './sandbox.ts';

/** A package of the lockfile; those of other systems are not installed. */
interface LockedPackage {
  readonly folder: string;
  readonly manifest: object;
  readonly version: string;
}

export interface PackageServer extends AsyncDisposable {
  readonly url: string;
}

/**
 * What is installed in this repository, as a registry that can be read: every package of its lockfile in that version.
 * With it a test installs packages without a network, wherever `npm ci` has run.
 */
export async function serveInstalledPackages(): Promise<PackageServer> {
  const packages = await lockedPackages();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const [name = '', tarball] = decodeURIComponent(url.pathname).slice(1).split('/-/');
    const found = packages.get(name) ?? [];
    const wanted = found.find(({ version }) => tarball === `${version}.tgz`);
    if (tarball === undefined && found.length > 0) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(versionsOf(name, found, url.origin)));
    } else if (wanted !== undefined && existsSync(wanted.folder)) {
      archive(wanted.folder).then(
        (archived) => response.end(archived),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    } else {
      response.writeHead(404).end('{"error":"not found"}');
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port is free');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const depthOf = (folder: string): number => folder.split('node_modules/').length;

async function lockedPackages(): Promise<Map<string, LockedPackage[]>> {
  const lock: unknown = JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8'));
  const locked = Object.entries(Object(Reflect.get(Object(lock), 'packages')));
  const packages = new Map<string, LockedPackage[]>();
  // Those at the root come first, and are the latest.
  for (const [folder, manifest] of locked.toSorted(([a], [b]) => depthOf(a) - depthOf(b))) {
    const [, name] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(folder) ?? [];
    const entry = Object(manifest);
    // Our own are links.
    if (name === undefined || Reflect.get(entry, 'link') === true) continue;
    const version = String(Reflect.get(entry, 'version'));
    const known = packages.get(name) ?? [];
    packages.set(name, known);
    if (!known.some((other) => other.version === version)) {
      known.push({ folder: join(repository, folder), manifest: entry, version });
    }
  }
  return packages;
}

/** What a registry answers for a name. */
function versionsOf(name: string, found: readonly LockedPackage[], origin: string): object {
  const versions = found.map(({ manifest, version }) => {
    // The lockfile's checksum is that of the archive it was installed from.
    const { integrity: _, resolved: _resolved, ...rest } = { ...Object(manifest) };
    const dist = { tarball: `${origin}/${name}/-/${version}.tgz` };
    return [version, { name, ...rest, dist }];
  });
  return {
    name,
    'dist-tags': { latest: found[0]?.version },
    versions: Object.fromEntries(versions),
  };
}

/** An installed package as an archive, without what is installed for it alone: those are packages too. */
async function archive(folder: string): Promise<Buffer> {
  const options = ['--create', '--file=-', '--exclude=node_modules', '--directory'];
  const tar = spawn('tar', [...options, dirname(folder), basename(folder)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(tar, 'close');
  const archived = await buffer(tar.stdout.pipe(createGzip({ level: constants.Z_BEST_SPEED })));
  const [exitCode] = await exited;
  if (exitCode !== 0) throw new Error(`tar failed for ${folder}: ${String(exitCode)}`);
  return archived;
}
