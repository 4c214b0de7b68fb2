import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { npmSetting, repository } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

export interface Registry {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts an npm registry on loopback that has nothing yet. Ours come only from what is published to it, everything
 * else from the registry that npm is configured with on this machine.
 *
 * @throws Error when that registry does not answer: nothing can be installed without it
 */
export async function startRegistry(sandbox: Sandbox): Promise<Registry> {
  const uplink = await npmSetting('registry');
  const authorities = await npmSetting('cafile');
  // Verdaccio wants the certificates themselves.
  const ca = authorities === undefined ? undefined : await readFile(authorities, 'utf8');
  const ours = { access: '$all', publish: '$all', unpublish: '$all' };
  await sandbox.write({
    // JSON is YAML.
    'registry/config.yaml': {
      storage: './storage',
      web: { enable: false },
      auth: { htpasswd: { file: './htpasswd' } },
      uplinks: {
        configured: {
          url: uplink,
          timeout: '60s',
          max_fails: 10,
          maxage: '10m',
          ...(ca === undefined ? {} : { ca }),
        },
      },
      packages: {
        '@vision-agents/*': ours,
        'create-vision-plugin': ours,
        'vision-agents-plugin-*': ours,
        '**': { access: '$all', proxy: 'configured' },
      },
      max_body_size: '50mb',
      log: { type: 'stdout', format: 'json', level: 'warn' },
    },
  });
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = fork(
    join(repository, 'node_modules/verdaccio/bin/verdaccio'),
    ['--config', sandbox.path('registry/config.yaml'), '--listen', url],
    { cwd: sandbox.path('registry'), stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] },
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
      `The registry that npm is configured with (npm config get registry) does not answer: ${answer.status} for zod. This test installs from it, and cannot run without a network.\n${log}`,
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
