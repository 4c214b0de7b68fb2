import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import { takesAtMost, unfinishedSentence, type STTBench } from '../stt-bench.ts';

/** Closing may take a second for the farewell, and a little. */
const CLOSE_MS = 2_500;

export const lifecycleRules: readonly Rule<STTBench>[] = [
  {
    id: 'starts-once',
    title: 'starts once, however often it is asked',
    async run(bench) {
      const { stt } = bench.create();
      const starts = await Promise.allSettled([stt.start(), stt.start()]);
      assert.deepEqual(
        starts.map(({ status }) => status),
        ['fulfilled', 'fulfilled'],
        'two calls of start() at once must share one start',
      );
      await assert.doesNotReject(stt.start(), 'start() after start() must do nothing');
    },
  },
  {
    id: 'closes-once',
    title: 'closes once, however often it is asked, also without having started',
    async run(bench) {
      const { stt } = await bench.start();
      const closes = await Promise.allSettled([stt.close(), stt.close()]);
      assert.deepEqual(
        closes.map(({ status }) => status),
        ['fulfilled', 'fulfilled'],
        'two calls of close() at once must share one close',
      );
      await assert.doesNotReject(stt.close(), 'close() after close() must do nothing');
      const { stt: unused } = bench.create();
      await assert.doesNotReject(unused.close(), 'close() without start() must work');
    },
  },
  {
    id: 'stays-closed',
    title: 'does not start again once it is closed',
    async run(bench) {
      const { stt } = await bench.start();
      await stt.close();
      await assert.rejects(stt.start(), 'start() after close() must reject');
    },
  },
  {
    id: 'close-settles',
    title: 'ends its output and every connection when it closes',
    async run(bench) {
      const observed = await bench.start();
      bench.speak(observed.stt, bench.sentence(0).pcm);
      await bench.provider.expectAudio({ durationMs: 1_000 });
      await takesAtMost(CLOSE_MS, 'close()', () => observed.stt.close());
      assert.equal(observed.stt.output.closed, true, 'output must be closed after close()');
      await bench.provider.changes.until(
        'every connection is closed after close()',
        () => bench.provider.openConnections === 0,
        { timeoutMs: 1_000 },
      );
    },
  },
  {
    id: 'last-words',
    title: 'says farewell, so that the last words come out before it is closed',
    async run(bench) {
      const { text, pcm } = unfinishedSentence();
      const observed = await bench.start();
      bench.speak(observed.stt, pcm);
      await observed.stt.close();
      await bench.final(observed, text);
      assert.deepEqual(
        bench.provider.violations,
        [],
        'the provider must have nothing to complain about',
      );
    },
  },
  {
    id: 'closes-while-connecting',
    title: 'closes in time while the provider does not answer',
    async run(bench) {
      bench.provider.stall();
      const observed = bench.create();
      const starting = observed.stt.start().catch(() => 'closed meanwhile');
      await new Promise(setImmediate);
      bench.speak(observed.stt, bench.sentence(0).pcm);
      await bench.provider.changes.until(
        'a connection is asked for',
        () => bench.provider.requests.length > 0,
      );
      await takesAtMost(CLOSE_MS, 'close() while connecting', () => observed.stt.close());
      await takesAtMost(1_000, 'start() after close()', () => starting);
      await bench.provider.changes.until(
        'the connection that was being made is gone',
        () => bench.provider.openConnections === 0,
        { timeoutMs: 1_000 },
      );
    },
  },
];
