import type { PcmData } from '@vision-agents/core/audio';
import { setTimeout as sleep } from 'node:timers/promises';

/** Yields the audio in chunks, each when it would have been spoken: the clock is kept, so no delay adds up. */
export async function* inRealTime(
  pcm: PcmData,
  options: { chunkMs?: number | undefined } = {},
): AsyncGenerator<PcmData> {
  const { chunkMs = 20 } = options;
  const startedMs = performance.now();
  let spokenMs = 0;
  for (const chunk of pcm.chunks(Math.round((pcm.sampleRate * chunkMs) / 1_000))) {
    spokenMs += chunk.durationMs;
    const aheadMs = spokenMs - (performance.now() - startedMs);
    if (aheadMs > 0) await sleep(aheadMs);
    yield chunk;
  }
}
