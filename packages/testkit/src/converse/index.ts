export { converse } from './converse.ts';
export type { Conversed, ConverseOptions, ConverseParts } from './converse.ts';
