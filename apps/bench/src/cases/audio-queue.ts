import { AudioQueue, PcmData } from '@vision-agents/core/audio';
import type { Row, Section } from '../candidate.ts';
import { recorded } from '../recorded.ts';
import { BareAudioQueue } from './bare-audio-queue.ts';

const items = 4_800;

/** Puts chunks of `put` frames, and gets `get` frames as soon as they are there. */
async function fillAndRead<T>(
  queue: { put(chunk: T): void; getSamples(frames: number): Promise<unknown> },
  chunk: T,
  { put, get }: { put: number; get: number },
): Promise<void> {
  let buffered = 0;
  for (let index = 0; index < items; index++) {
    queue.put(chunk);
    buffered += put;
    for (; buffered >= get; buffered -= get) await queue.getSamples(get);
  }
}

function row(put: number, get: number, pythonUs: number, goalUs: number): Row {
  const samples = new Int16Array(put);
  const chunk = new PcmData({ samples, sampleRate: 16_000 });
  const ours = (): Promise<void> =>
    fillAndRead(new AudioQueue({ maxDurationMs: 60_000 }), chunk, { put, get });
  const bare = (): Promise<void> => fillAndRead(new BareAudioQueue(), samples, { put, get });
  return {
    id: `queue-${String(put)}-${String(get)}`,
    title: `put ${String(put)}, get ${String(get)}`,
    recorded: recorded(goalUs, pythonUs),
    candidates: [
      { name: 'ours', prepare: () => ({ items, run: ours }) },
      { name: 'bare', prepare: () => ({ items, run: bare }) },
    ],
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
