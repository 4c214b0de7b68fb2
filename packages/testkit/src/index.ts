export * from './clock/index.ts';
export { Changes } from './contract/changes.ts';
export type { Rule } from './contract/rule.ts';
export * from './fake/index.ts';
export * from './listen/index.ts';
export * from './say/index.ts';
export * from './speech/index.ts';
export * from './stt/index.ts';
export * from './tts/index.ts';
