import { strict as assert } from 'node:assert';
import { isVideoProcessor } from '@vision-agents/core';
import { trackHandles } from '../../contract/open-handles.ts';
import type { Rule } from '../../contract/rule.ts';
import { takesAtMost, type ProcessorBench } from '../processor-bench.ts';

/** Closing cuts work short; a thread ends in a moment. */
const CLOSE_MS = 3_500;

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
      await bench.work(observed.processor);
      observed.work.hold();
      await bench.passFrames(observed, 2);
      const closed = observed.processor.close();
      observed.work.release();
      await takesAtMost(CLOSE_MS, 'close()', closed);
      const told = observed.errors.map(({ kind, message }) => `${kind}: ${message}`);
      assert.deepEqual(told, [], 'closing must make no error event');
    },
  },
];
