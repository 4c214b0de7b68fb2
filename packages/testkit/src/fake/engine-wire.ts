import type { TranscriptionAnswer } from './transcriber.ts';

/** What the engine's thread asks the test: what is heard in these samples. */
export interface EngineJob {
  from: string;
  samples: Float32Array;
  sampleRate: number;
}

/** What the thread is told to do about it. */
export type EngineOrder = TranscriptionAnswer | { type: 'garbage' } | { type: 'exit' };

export function isEngineJob(value: unknown): value is EngineJob {
  return typeof value === 'object' && value !== null && 'samples' in value && 'from' in value;
}

export function isEngineOrder(value: unknown): value is EngineOrder & { to: string } {
  return typeof value === 'object' && value !== null && 'type' in value && 'to' in value;
}
