export { listen } from './listen.ts';
export type { ListenOptions } from './listen.ts';
export { inRealTime } from './realtime.ts';
