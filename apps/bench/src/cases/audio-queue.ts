import { AudioQueue, PcmData } from '@vision-agents/core/audio';
import type { Batch, Row, Section } from '../candidate.ts';
import { recorded } from '../recorded.ts';

const items = 4_800;

/** Puts chunks of `put` frames, and gets `get` frames as soon as they are there. */
function row(put: number, get: number, pythonUs: number, goalUs: number): Row {
  const prepare = (): Batch => {
    const chunk = new PcmData({ samples: new Int16Array(put), sampleRate: 16_000 });
    const run = async (): Promise<void> => {
      const queue = new AudioQueue({ maxDurationMs: 60_000 });
      let buffered = 0;
      for (let index = 0; index < items; index++) {
        queue.put(chunk);
        buffered += put;
        for (; buffered >= get; buffered -= get) await queue.getSamples(get);
      }
    };
    return { items, run };
  };
  const id = `queue-${String(put)}-${String(get)}`;
  const title = `put ${String(put)}, get ${String(get)}`;
  return {
    id,
    title,
    recorded: recorded(goalUs, pythonUs),
    candidates: [{ name: 'ours', prepare }],
  };
}

export const audioQueue: Section = {
  title: 'AudioQueue',
  item: 'put, with its share of the gets',
  rows: [
    row(320, 512, 4.67, 0.12),
    row(320, 160, 7.54, 0.28),
    row(320, 16_000, 2.87, 0.09),
    row(960, 960, 4.73, 0.31),
  ],
};
