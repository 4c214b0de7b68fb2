import type { Level, RuleName } from '../../src/doctor/finding.ts';
import { manifest, sources } from './plugin.ts';
import type { PluginChange } from './plugin.ts';

/** A plugin with one thing wrong. */
export interface Fault extends PluginChange {
  readonly rule: RuleName;
  readonly level: Level;
  /** In the plugin, with the line where it has one. */
  readonly at?: string;
  /** In the message or in the next step. */
  readonly says: string;
}

const index = sources['src/index.ts'] ?? '';
const stt = sources['src/stt.ts'] ?? '';
const { dependencies, devDependencies } = manifest;
const core = '@vision-agents/core';
const testkit = '@vision-agents/testkit';
const provides = (text: string): string => index.replace('{ stt: STT }', text);
const inClass = (code: string): string =>
  stt.replace("return { text: '' };", `${code}\n    return { text: '' };`);

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

const ofImport: readonly Fault[] = [
  {
    rule: 'load-failed',
    level: 'error',
    files: { 'src/index.ts': `${index}throw new Error('no luck');\n` },
    at: 'dist/index.js:7',
    says: 'no luck',
  },
  {
    rule: 'load-failed',
    level: 'error',
    files: { 'src/index.ts': index.replace('spec: 1', 'spec: 2') },
    at: 'dist/index.js:6',
    says: 'npm install',
  },
  {
    rule: 'load-failed',
    level: 'error',
    files: { 'src/index.ts': `${index}process.exit(0);\n` },
    says: 'the process ended with 0 while it was imported',
  },
  {
    rule: 'plugin-not-exported',
    level: 'error',
    files: { 'src/index.ts': "export { STT } from './stt.ts';\n" },
    at: 'dist/index.js',
    says: 'export const plugin = definePlugin(',
  },
  {
    rule: 'plugin-not-exported',
    level: 'error',
    files: { 'src/index.ts': index.replace('definePlugin({', 'Object.freeze({') },
    at: 'src/index.ts:1',
    says: 'was not made by definePlugin()',
  },
  {
    rule: 'provides-nothing',
    level: 'error',
    files: { 'src/index.ts': provides('{}') },
    at: 'src/index.ts:1',
    says: 'provides: { stt: STT }',
  },
  {
    rule: 'provides-wrong-class',
    level: 'error',
    files: {
      'src/index.ts': provides('{ tts: STT }').replace('export { STT }', 'export { STT as TTS }'),
      'test/stt.test.ts':
        "import { describeTTS } from '@vision-agents/testkit';\n\ndescribeTTS();\n",
    },
    at: 'src/stt.ts:10',
    says: 'provides.tts is STT, which extends SegmentedSTT, and not TTS',
  },
  {
    rule: 'class-not-exported',
    level: 'warning',
    files: { 'src/index.ts': index.replace('export { STT };', '') },
    says: 'export { STT };',
  },
  {
    rule: 'options-missing',
    level: 'warning',
    files: { 'src/stt.ts': stt.replace('static readonly options = options;', '') },
    at: 'src/stt.ts:10',
    says: 'static readonly options = options',
  },
  {
    rule: 'env-at-import',
    level: 'error',
    files: { 'src/index.ts': `${index}export const key = process.env['EAR_API_KEY'];\n` },
    at: 'src/index.ts:7',
    says: 'EAR_API_KEY',
  },
  {
    rule: 'import-effects',
    level: 'error',
    files: { 'src/index.ts': `${index}setInterval(() => {}, 1_000);\n` },
    at: 'src/index.ts:7',
    says: 'Timeout',
  },
];

const ofEnvironment: readonly Fault[] = [
  {
    rule: 'env-undocumented',
    level: 'error',
    files: { 'README.md': '# Ear\n' },
    at: 'src/stt.ts:6',
    says: 'Say in README.md which option EAR_API_KEY sets',
  },
  {
    rule: 'env-not-in-example',
    level: 'warning',
    files: { '.env.example': 'EAR_API_KEY_2=\n', 'example/two.js': 'process.env.EAR_API_KEY_2;\n' },
    at: 'src/stt.ts:6',
    says: '--fix',
  },
  {
    rule: 'env-unread',
    level: 'warning',
    files: { '.env.example': 'EAR_API_KEY=\n# EAR_REGION=eu\n' },
    at: '.env.example:2',
    says: 'EAR_REGION',
  },
  {
    rule: 'env-unread',
    level: 'warning',
    files: { 'README.md': '# Ear\n\n`EAR_API_KEY`, once `EAR_TOKEN`.\n' },
    at: 'README.md:3',
    says: 'EAR_TOKEN',
  },
];

const ofSource: readonly Fault[] = [
  {
    rule: 'own-socket',
    level: 'error',
    files: { 'src/stt.ts': inClass("new WebSocket('ws://127.0.0.1').close();") },
    at: 'src/stt.ts:19',
    says: 'SocketSpec',
  },
  {
    rule: 'own-fetch',
    level: 'warning',
    files: { 'src/stt.ts': inClass("await fetch('http://127.0.0.1');") },
    at: 'src/stt.ts:19',
    says: 'this.fetch()',
  },
  {
    rule: 'own-retry',
    level: 'warning',
    files: {
      'src/stt.ts': inClass(
        'for (;;) try { break; } catch { await new Promise((go) => setTimeout(go, 100)); }',
      ),
    },
    at: 'src/stt.ts:19',
    says: 'tries again',
  },
  {
    rule: 'logs-secret',
    level: 'error',
    files: {
      'src/stt.ts': stt.replace(
        'options.resolve(input);',
        'console.log(options.resolve(input).apiKey);',
      ),
    },
    at: 'src/stt.ts:14',
    says: 'It prints apiKey',
  },
];

const ofWorkspace: readonly Fault[] = [
  {
    rule: 'not-covered',
    level: 'error',
    around: { 'package.json': '{ "name": "ws", "workspaces": ["apps/*"] }' },
    at: '../../../package.json',
    says: 'npm pkg set \'workspaces=["apps/*","packages/plugins/*"]\' --json',
  },
  {
    rule: 'not-linked',
    level: 'error',
    links: { '@corp/ear': undefined },
    at: 'package.json',
    says: 'npm install',
  },
  {
    rule: 'core-duplicated',
    level: 'error',
    around: {
      'packages/app/package.json': '{ "name": "app" }',
      [`packages/app/node_modules/${core}/package.json`]: '{ "version": "0.0.9" }',
    },
    says: `0.0.9 in packages/app/node_modules/${core}`,
  },
  {
    rule: 'provenance-invalid',
    level: 'error',
    files: { '.vision-plugin.json': '{}' },
    at: '.vision-plugin.json',
    says: 'cannot be used',
  },
  {
    rule: 'contract-untested',
    level: 'warning',
    files: { 'test/stt.test.ts': 'export {};\n' },
    says: 'Call describeSTT(',
  },
];

/** For each rule that needs no run of tests a plugin that breaks it, and only it. */
export const faults: readonly Fault[] = [
  ...ofManifest,
  ...ofExports,
  ...ofDependencies,
  ...ofPack,
  ...ofImport,
  ...ofEnvironment,
  ...ofSource,
  ...ofWorkspace,
];
