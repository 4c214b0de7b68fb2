import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Outside of the workspace's own installation, because nobody but the benchmark needs 32 MB of native code. */
const folder = new URL('../../node_modules/.cache/peers/', import.meta.url);

/** Where an installed peer is imported from. */
export function peerEntry(path: string): URL {
  return new URL(`node_modules/${path}`, folder);
}

/**
 * Installs the package unless it is there.
 *
 * @param entry the file that is there once it is installed
 */
export function installPeer(name: string, version: string, entry: string): void {
  if (existsSync(peerEntry(entry))) return;
  mkdirSync(folder, { recursive: true });
  // One that is there names the peers that were installed before, which npm would remove without it.
  const manifest = new URL('package.json', folder);
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
  console.log(`Installing ${name} ${version} for comparison …`);
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', `${name}@${version}`], {
    cwd: fileURLToPath(folder),
    env: withoutWorkspace(process.env),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** What `npm run -w` passes on would make npm look for the workspace in the folder. */
function withoutWorkspace(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^npm_config_(workspace|local_prefix)/.test(name)),
  );
}
