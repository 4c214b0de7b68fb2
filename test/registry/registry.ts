import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { serveInstalledPackages } from './installed-packages.ts';
import { npmSetting, repository } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

export interface Registry {
  readonly url: string;
  stop(): Promise<void>;
}

/** Where the registry has other people's packages from. */
export interface Upstream extends AsyncDisposable {
  readonly url: string;
  /** Settings of verdaccio that reaching it needs. */
  readonly settings: object;
  /** The environment that reaching it needs. */
  readonly env: NodeJS.ProcessEnv;
}

/** What `npm ci` installed here: it needs no network. */
export async function installedPackages(): Promise<Upstream> {
  const server = await serveInstalledPackages();
  return {
    url: server.url,
    settings: {},
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name))),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The registry that npm is configured with on this machine, by the ways it is configured with. */
export async function configuredRegistry(): Promise<Upstream> {
  const [url, authorities, http, https, direct] = await Promise.all(
    ['registry', 'cafile', 'proxy', 'https-proxy', 'noproxy'].map(npmSetting),
  );
  if (url === undefined) throw new Error('npm has no registry (npm config get registry)');
  // Verdaccio wants the certificates themselves.
  const ca = authorities === undefined ? undefined : await readFile(authorities, 'utf8');
  const proxies = Object.entries({ http_proxy: http, https_proxy: https, no_proxy: direct });
  return {
    url,
    settings: {
      ...(ca === undefined ? {} : { ca }),
      ...Object.fromEntries(proxies.filter(([, value]) => value !== undefined)),
    },
    env: process.env,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * Starts an npm registry on loopback that has nothing yet. Ours come only from what is published to it, everything
 * else from `upstream`.
 *
 * @throws Error when that does not answer: nothing can be installed without it
 */
export async function startRegistry(sandbox: Sandbox, upstream: Upstream): Promise<Registry> {
  const ours = { access: '$all', publish: '$all', unpublish: '$all' };
  await sandbox.write({
    // JSON is YAML.
    'registry/config.yaml': {
      storage: './storage',
      web: { enable: false },
      auth: { htpasswd: { file: './htpasswd' } },
      uplinks: {
        upstream: {
          url: upstream.url,
          timeout: '60s',
          max_fails: 10,
          maxage: '10m',
          ...upstream.settings,
        },
      },
      packages: {
        '@vision-agents/*': ours,
        'create-vision-plugin': ours,
        'vision-agents-plugin-*': ours,
        '**': { access: '$all', proxy: 'upstream' },
      },
      max_body_size: '50mb',
      log: { type: 'stdout', format: 'json', level: 'warn' },
    },
  });
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = fork(
    join(repository, 'node_modules/verdaccio/bin/verdaccio'),
    ['--config', sandbox.path('registry/config.yaml'), '--listen', url],
    {
      cwd: sandbox.path('registry'),
      env: upstream.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    },
  );
  let log = '';
  child.stdout?.on('data', (data) => (log += String(data)));
  child.stderr?.on('data', (data) => (log += String(data)));
  const exited = once(child, 'exit');
  const registry: Registry = {
    url,
    async stop() {
      child.kill();
      await exited;
    },
  };
  // It says so to its parent once it listens.
  const started = await Promise.race([
    once(child, 'message').then(() => true),
    exited.then(() => false),
  ]);
  if (!started) throw new Error(`The test's registry did not start:\n${log}`);

  const answer = await fetch(`${url}/zod`);
  await answer.body?.cancel();
  if (!answer.ok) {
    await registry.stop();
    throw new Error(
      `${upstream.url}, which this test installs other people's packages from, does not answer: ${answer.status} for zod.\n${log}`,
    );
  }
  return registry;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free');
  return address.port;
}
