import type { TTSOutputChunk } from './tts-output.ts';

export type ChunkResult = IteratorResult<TTSOutputChunk, undefined>;

export const ended: ChunkResult = Object.freeze({ value: undefined, done: true });

/**
 * A chunk for a reader who waits for it. Whether it is still wanted is decided when the reader looks, a moment after
 * it was ready: an interrupt between the two holds it back.
 */
export function currentResult(chunk: TTSOutputChunk, isStale: () => boolean): ChunkResult {
  let seen: ChunkResult | undefined;
  const result: ChunkResult = { value: chunk, done: false };
  const look = (): ChunkResult => (seen ??= isStale() ? ended : { value: chunk, done: false });
  return Object.defineProperties(result, {
    done: { enumerable: true, get: () => look().done },
    value: { enumerable: true, get: () => look().value },
  });
}
