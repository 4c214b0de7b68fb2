import { Stream } from '@vision-agents/core';
import type { Batch, Candidate, Section } from '../candidate.ts';
import { recorded } from '../recorded.ts';

const items = 20_000;

function ours(run: () => void | Promise<void>): Candidate[] {
  return [{ name: 'ours', prepare: (): Batch => ({ items, run }) }];
}

async function drain(stream: Stream<number>): Promise<void> {
  let sum = 0;
  for await (const item of stream) sum += item;
  if (sum !== (items * (items - 1)) / 2) throw new Error('the stream has lost items');
}

async function sendAll(stream: Stream<number>): Promise<void> {
  for (let item = 0; item < items; item++) await stream.send(item);
  stream.close();
}

async function yieldAfterEach(stream: Stream<number>): Promise<void> {
  for (let item = 0; item < items; item++) {
    stream.trySend(item);
    await Promise.resolve();
  }
  stream.close();
}

function filled(): Stream<number> {
  const stream = new Stream<number>();
  for (let item = 0; item < items; item++) stream.trySend(item);
  return stream;
}

export const stream: Section = {
  title: 'Stream',
  item: 'item sent and taken',
  rows: [
    {
      id: 'stream-buffered',
      title: 'buffered, then for await',
      recorded: recorded(0.125, 0.676),
      candidates: ours(() => {
        const full = filled();
        full.close();
        return drain(full);
      }),
    },
    {
      id: 'stream-64',
      title: 'maxSize 64',
      recorded: recorded(0.151, 1.02),
      candidates: ours(async () => {
        const bounded = new Stream<number>({ maxSize: 64 });
        await Promise.all([sendAll(bounded), drain(bounded)]);
      }),
    },
    {
      id: 'stream-1',
      title: 'maxSize 1, taking turns',
      recorded: recorded(0.151, 9.74),
      candidates: ours(async () => {
        const bounded = new Stream<number>({ maxSize: 1 });
        await Promise.all([sendAll(bounded), drain(bounded)]);
      }),
    },
    {
      id: 'stream-yield',
      title: 'the writer yields after each',
      recorded: recorded(0.199, 5.87),
      candidates: ours(async () => {
        const unbounded = new Stream<number>();
        await Promise.all([yieldAfterEach(unbounded), drain(unbounded)]);
      }),
    },
    {
      id: 'stream-try-get',
      title: 'tryGet',
      recorded: recorded(0.03),
      candidates: ours(() => {
        const full = filled();
        while (full.size > 0) full.tryGet();
      }),
    },
  ],
};
