export { workerModule } from './worker-module.ts';
export type { WorkerCallOptions } from './worker-pool.ts';
