import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import { within, type LLMBench } from '../llm-bench.ts';

/** Closing cuts an answer short: there is nothing to wait for. */
const CLOSE_MS = 2_500;

export const lifecycleRules: readonly Rule<LLMBench>[] = [
  {
    id: 'starts-once',
    title: 'starts once, however often it is asked',
    async run(bench) {
      const { llm } = bench.create();
      const starts = await Promise.allSettled([llm.start(), llm.start()]);
      assert.deepEqual(
        starts.map(({ status }) => status),
        ['fulfilled', 'fulfilled'],
        'two calls of start() at once must share one start',
      );
      await assert.doesNotReject(llm.start(), 'start() after start() must do nothing');
    },
  },
  {
    id: 'closes-once',
    title: 'closes once, however often it is asked, also without having started',
    async run(bench) {
      const { llm } = await bench.start();
      const closes = await Promise.allSettled([llm.close(), llm.close()]);
      assert.deepEqual(
        closes.map(({ status }) => status),
        ['fulfilled', 'fulfilled'],
        'two calls of close() at once must share one close',
      );
      await assert.doesNotReject(llm.close(), 'close() after close() must do nothing');
      const { llm: unused } = bench.create();
      await assert.doesNotReject(unused.close(), 'close() without start() must work');
    },
  },
  {
    id: 'stays-closed',
    title: 'does not start again once it is closed, and gives no answer',
    async run(bench) {
      const { llm } = await bench.start();
      await llm.close();
      await assert.rejects(llm.start(), 'start() after close() must reject');
      const { ended } = bench.read(llm, 'Hello?');
      await assert.rejects(ended, 'reading an answer after close() must reject');
    },
  },
  {
    id: 'close-ends-answers',
    title: 'ends an answer that is under way when it closes, and its request',
    async run(bench) {
      const { llm } = await bench.start();
      const { items, ended } = await bench.askAndHold(llm, { text: 'It is sunny and warm.' });
      await within(CLOSE_MS, 'close() in the middle of an answer', llm.close());
      await within(1_000, 'the answer after close()', ended);
      assert(
        items.every(({ type }) => type !== 'final'),
        'half an answer must not be final',
      );
      await bench.provider.changes.until(
        'the request is gone after close()',
        () => bench.provider.openConnections === 0,
        { timeoutMs: 1_000 },
      );
    },
  },
  {
    id: 'closes-while-waiting',
    title: 'closes in time while the provider does not answer',
    async run(bench) {
      const { llm } = await bench.start();
      bench.provider.stall();
      const { ended } = bench.read(llm, 'Hello?');
      await bench.provider.changes.until(
        'the model is asked',
        () => bench.provider.requests.length > 0,
      );
      await within(CLOSE_MS, 'close() while waiting', llm.close());
      await within(1_000, 'the answer after close()', ended);
    },
  },
];
