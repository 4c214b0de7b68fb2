export { say } from './say.ts';
export type { SayOptions } from './say.ts';
