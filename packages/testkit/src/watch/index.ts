export { tellFrames } from './tell-frames.ts';
export { watch } from './watch.ts';
export type { WatchOptions } from './watch.ts';
