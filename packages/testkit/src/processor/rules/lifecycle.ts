import { strict as assert } from 'node:assert';
import { isAudioProcessor, isVideoProcessor } from '@vision-agents/core';
import { trackHandles } from '../../contract/open-handles.ts';
import type { Rule } from '../../contract/rule.ts';
import { takesAtMost, type ObservedProcessor, type ProcessorBench } from '../processor-bench.ts';

/** Closing cuts work short; a thread ends in a moment. */
const CLOSE_MS = 3_500;
/** Something that comes so long after the end has nothing to do with it. */
const QUIET_MS = 100;
const HANDLES_GONE_MS = 1_000;

/** Gives it whatever it takes: some video, some speech. */
export async function useProcessor(
  bench: ProcessorBench,
  observed: ObservedProcessor,
): Promise<void> {
  const { processor } = observed;
  if (isAudioProcessor(processor))
    for (const chunk of bench.speech('ada', 600)) processor.send(chunk);
  if (isVideoProcessor(processor)) await processor.watchVideoTrack(bench.track());
  await bench.passFrames(observed, 2);
}

export const lifecycleRules: readonly Rule<ProcessorBench>[] = [
  {
    id: 'names-itself',
    title: 'has a name, always the same, by which a model can tell it from others',
    async run(bench) {
      const { processor } = bench.create();
      const { name } = processor;
      assert(typeof name === 'string' && name.trim() !== '', 'name must be a text');
      await processor.start();
      assert.equal(processor.name, name, 'name must stay the same');
    },
  },
  {
    id: 'starts-once',
    title: 'starts once, however often it is asked',
    async run(bench) {
      const { processor } = bench.create();
      const starts = await Promise.allSettled([processor.start(), processor.start()]);
      assert.deepEqual(
        starts.map(({ status }) => status),
        ['fulfilled', 'fulfilled'],
        'two calls of start() at once must share one start',
      );
      await assert.doesNotReject(processor.start(), 'start() after start() must do nothing');
    },
  },
  {
    id: 'closes-once',
    title: 'closes once, however often it is asked, also without having started',
    async run(bench) {
      const { processor } = await bench.start();
      const closes = await Promise.allSettled([processor.close(), processor.close()]);
      assert.deepEqual(
        closes.map(({ status }) => status),
        ['fulfilled', 'fulfilled'],
        'two calls of close() at once must share one close',
      );
      await assert.doesNotReject(processor.close(), 'close() after close() must do nothing');
      const { processor: unused } = bench.create();
      await assert.doesNotReject(unused.close(), 'close() without start() must work');
    },
  },
  {
    id: 'stays-closed',
    title: 'does not start again once it is closed',
    async run(bench) {
      const { processor } = await bench.start();
      await processor.close();
      await assert.rejects(processor.start(), 'start() after close() must reject');
    },
  },
  {
    id: 'opens-nothing-early',
    title: 'opens nothing and looks at nothing before it is started',
    async run(bench) {
      using handles = trackHandles();
      const { processor, work } = handles.run(() => bench.create());
      assert.deepEqual(handles.open, [], 'a constructor must open nothing: onStart() is for that');
      if (!isVideoProcessor(processor)) return;
      await processor.watchVideoTrack(bench.track());
      await bench.pass(200);
      assert.equal(work.frames.length, 0, 'no frame may be processed before start()');
      await processor.start();
      await bench.pass(100);
      assert(work.frames.length > 0, 'the track must be watched after start()');
    },
  },
  {
    id: 'closes-in-the-middle',
    title: 'closes in the middle of its work, in time, and makes no error of it',
    async run(bench) {
      const observed = await bench.start();
      await useProcessor(bench, observed);
      observed.work.hold();
      await bench.passFrames(observed, 2);
      const closed = observed.processor.close();
      observed.work.release();
      await takesAtMost(CLOSE_MS, 'close()', closed);
      const told = observed.errors.map(({ kind, message }) => `${kind}: ${message}`);
      assert.deepEqual(told, [], 'closing must make no error event');
    },
  },
  {
    id: 'quiet-after-close',
    title: 'tells nothing any more once it has closed',
    async run(bench) {
      const observed = await bench.start();
      await useProcessor(bench, observed);
      await observed.processor.close();
      const before = observed.events.length;
      await bench.pass(500);
      await new Promise((resolve) => {
        setTimeout(resolve, QUIET_MS);
      });
      assert.equal(observed.events.length, before, 'no event may come after close() has resolved');
    },
  },
  {
    id: 'leaves-no-handle',
    title: 'leaves no timer, thread, socket or process behind when it closes',
    async run(bench) {
      using handles = trackHandles();
      await handles.run(async () => {
        const observed = await bench.start();
        await useProcessor(bench, observed);
        await observed.processor.close();
      });
      const limitMs = performance.now() + HANDLES_GONE_MS;
      while (handles.open.length > 0 && performance.now() < limitMs)
        await new Promise(setImmediate);
      assert.deepEqual(handles.open, [], 'what keeps the process alive must be gone after close()');
      assert.equal(bench.clock.pending, 0, 'no timer of its clock may be left');
    },
  },
];
