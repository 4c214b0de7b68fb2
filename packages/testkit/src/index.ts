export * from './chat/index.ts';
export * from './clock/index.ts';
export { Changes } from './contract/changes.ts';
export type { Rule } from './contract/rule.ts';
export * from './fake/index.ts';
export * from './listen/index.ts';
export * from './llm/index.ts';
export * from './speech/index.ts';
export * from './stt/index.ts';
