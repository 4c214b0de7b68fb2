import type { Fault } from './fault.ts';
import { packageFaults } from './package-faults.ts';
import { sources } from './plugin.ts';

const index = sources['src/index.ts'] ?? '';
const stt = sources['src/stt.ts'] ?? '';
const core = '@vision-agents/core';
const provides = (text: string): string => index.replace('{ stt: STT }', text);
const inClass = (code: string): string =>
  stt.replace("return { text: '' };", `${code}\n    return { text: '' };`);

const ofImport: readonly Fault[] = [
  {
    rule: 'load-failed',
    level: 'error',
    files: { 'src/index.ts': `import 'ear-sdk';\n${index}` },
    says: "Cannot find package 'ear-sdk'",
  },
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
    at: 'src/index.ts',
    says: 'Add to src/index.ts: export const plugin = definePlugin(',
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
  {
    rule: 'source-unread',
    level: 'info',
    files: { 'lib/modes.ts': "export enum Mode {\n  fast = 'fast',\n}\n" },
    at: 'lib/modes.ts',
    says: 'cannot strip the types',
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
  ...packageFaults,
  ...ofImport,
  ...ofEnvironment,
  ...ofSource,
  ...ofWorkspace,
];
