export { talk } from './talk.ts';
export type { TalkOptions } from './talk.ts';
