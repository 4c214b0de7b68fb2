import { installPeer } from './install.ts';

export const createVite = { name: 'create-vite', version: '9.3.0', entry: 'create-vite/index.js' };
export const grafana = {
  name: '@grafana/create-plugin',
  version: '7.1.7',
  entry: '@grafana/create-plugin/dist/bin/run.js',
};

export function installScaffolders(): void {
  for (const { name, version, entry } of [createVite, grafana]) installPeer(name, version, entry);
}
