import type { Fault } from './fault.ts';
import { manifest, sources } from './plugin.ts';

const index = sources['src/index.ts'] ?? '';
const { dependencies, devDependencies } = manifest;
const core = '@vision-agents/core';
const testkit = '@vision-agents/testkit';

const ofManifest: readonly Fault[] = [
  {
    rule: 'name-missing',
    level: 'error',
    manifest: { name: undefined },
    at: 'package.json:1',
    says: 'npm pkg set',
  },
  {
    rule: 'keyword-missing',
    level: 'error',
    manifest: { keywords: ['voice'] },
    at: 'package.json:4',
    says: 'doctor packages/plugins/ear --fix',
  },
  {
    rule: 'not-esm',
    level: 'error',
    manifest: { type: undefined },
    at: 'package.json:1',
    says: 'cd packages/plugins/ear && npm pkg set type=module',
  },
  {
    rule: 'side-effects',
    level: 'warning',
    manifest: { sideEffects: ['./a.js'] },
    at: 'package.json:12',
    says: 'npm pkg set sideEffects=false --json',
  },
  {
    rule: 'engines',
    level: 'warning',
    manifest: { engines: { node: '>=18' } },
    says: 'promises Node.js >=18',
  },
  {
    rule: 'licence-missing',
    level: 'warning',
    manifest: { license: undefined },
    says: 'npm pkg set',
  },
  {
    rule: 'readme-missing',
    level: 'warning',
    files: { 'README.md': undefined },
    says: 'Write README.md',
  },
  {
    rule: 'script-unresolved',
    level: 'warning',
    manifest: {
      scripts: { ...manifest.scripts, demo: 'node dist/cli.js && node example/demo.ts' },
    },
    at: 'package.json:23',
    says: 'The script "demo" runs example/demo.ts, which is not there',
  },
];

const ofExports: readonly Fault[] = [
  {
    rule: 'exports-missing',
    level: 'error',
    manifest: { exports: undefined },
    at: 'package.json:1',
    says: 'cannot be imported',
  },
  {
    rule: 'exports-unresolved',
    level: 'error',
    manifest: { exports: { ...manifest.exports, './more': './dist/more.js' } },
    at: 'package.json:19',
    says: 'cd packages/plugins/ear && npm run build',
  },
  {
    rule: 'types-unresolved',
    level: 'error',
    files: { 'dist/index.d.ts': undefined },
    at: 'package.json:15',
    says: './dist/index.d.ts',
  },
  {
    rule: 'manifest-not-exported',
    level: 'warning',
    manifest: { exports: { '.': './dist/index.js' } },
    at: 'package.json:13',
    says: '--fix',
  },
];

const ofDependencies: readonly Fault[] = [
  {
    rule: 'core-not-peer',
    level: 'error',
    manifest: { peerDependencies: {} },
    says: 'doctor packages/plugins/ear --fix',
  },
  {
    rule: 'core-bundled',
    level: 'error',
    manifest: { dependencies: { ...dependencies, [core]: '^0.1.0' } },
    at: 'package.json:26',
    says: 'second copy',
  },
  {
    rule: 'core-range',
    level: 'error',
    manifest: { peerDependencies: { [core]: '^0.0.3' } },
    says: 'does not accept 0.1.0',
  },
  {
    rule: 'core-range',
    level: 'warning',
    manifest: { peerDependencies: { [core]: '^0.1.0' } },
    says: 'refuses 0.2.0',
  },
  {
    rule: 'core-range-wide',
    level: 'warning',
    manifest: { peerDependencies: { [core]: '>=0.1.0' } },
    says: '>=0.1.0 <1',
  },
  {
    rule: 'testkit-shipped',
    level: 'error',
    manifest: { dependencies: { ...dependencies, [testkit]: '^0.1.0' } },
    says: 'whoever uses the plugin would install it',
  },
  {
    rule: 'testkit-missing',
    level: 'warning',
    manifest: { devDependencies: { [core]: devDependencies[core] } },
    says: `npm install --save-dev ${testkit}`,
  },
  {
    rule: 'plugin-imported',
    level: 'error',
    files: {
      'src/index.ts': `import { mouth } from '@corp/mouth';\n${index}console.assert(mouth);\n`,
    },
    around: {
      'packages/plugins/mouth/package.json':
        '{ "name": "@corp/mouth", "type": "module", "exports": "./index.js", "keywords": ["vision-agents-plugin"] }',
      'packages/plugins/mouth/index.js': 'export const mouth = true;\n',
    },
    links: { '@corp/mouth': 'packages/plugins/mouth' },
    at: 'src/index.ts:1',
    says: 'uses another plugin, @corp/mouth',
  },
];

const ofPack: readonly Fault[] = [
  {
    rule: 'secret-packed',
    level: 'error',
    files: { 'dist/service.key': 'x' },
    at: 'dist/service.key',
    says: 'looks like a file with secrets',
  },
  {
    rule: 'needless-packed',
    level: 'warning',
    manifest: { files: undefined },
    says: 'test/stt.test.ts',
  },
  {
    rule: 'entry-not-packed',
    level: 'error',
    manifest: { files: ['src'] },
    at: 'package.json:8',
    says: './dist/index.js',
  },
  {
    rule: 'not-packable',
    level: 'warning',
    manifest: { version: undefined },
    at: 'package.json',
    says: 'npm pack --dry-run',
  },
];

/** One thing wrong with the package: its manifest, what it exports, needs and publishes. */
export const packageFaults: readonly Fault[] = [
  ...ofManifest,
  ...ofExports,
  ...ofDependencies,
  ...ofPack,
];
