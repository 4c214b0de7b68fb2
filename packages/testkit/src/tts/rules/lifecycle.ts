import { strict as assert } from 'node:assert';
import { trackHandles } from '../../contract/open-handles.ts';
import type { Rule } from '../../contract/rule.ts';
import { readAll, takesAtMost, type TTSBench } from '../tts-bench.ts';

/** Closing may take a second for the farewell, one for what is stopped, and a little. */
const CLOSE_MS = 3_500;
/** Something that comes so long after the end has nothing to do with it. */
const QUIET_MS = 150;
const HANDLES_GONE_MS = 1_000;

export const lifecycleRules: readonly Rule<TTSBench>[] = [
  {
    id: 'starts-once',
    title: 'starts once, however often it is asked',
    async run(bench) {
      const { tts } = bench.create();
      const starts = await Promise.allSettled([tts.start(), tts.start()]);
      const states = starts.map(({ status }) => status);
      assert.deepEqual(states, ['fulfilled', 'fulfilled'], 'two calls at once must share a start');
      await assert.doesNotReject(tts.start(), 'start() after start() must do nothing');
    },
  },
  {
    id: 'closes-once',
    title: 'closes once, however often it is asked, also without having started',
    async run(bench) {
      const { tts } = await bench.start();
      const closes = await Promise.allSettled([tts.close(), tts.close()]);
      const states = closes.map(({ status }) => status);
      assert.deepEqual(states, ['fulfilled', 'fulfilled'], 'two calls at once must share a close');
      await assert.doesNotReject(tts.close(), 'close() after close() must do nothing');
      const { tts: unused } = bench.create();
      await assert.doesNotReject(unused.close(), 'close() without start() must work');
    },
  },
  {
    id: 'stays-closed',
    title: 'neither starts nor speaks once it is closed, and does not throw',
    async run(bench) {
      const { tts } = await bench.start();
      await tts.close();
      await assert.rejects(tts.start(), 'start() after close() must reject');
      const chunks = await readAll(tts.send('Too late.'));
      assert.deepEqual(chunks, [], 'what is sent after close() must give nothing');
      assert.deepEqual(bench.provider.voice.texts, [], 'and must not reach the provider');
    },
  },
  {
    id: 'close-ends-speech',
    title: 'ends what is spoken when it closes, without an error, and every connection',
    async run(bench) {
      const observed = await bench.start();
      const { read, ended } = await bench.startSpeaking(observed);
      await takesAtMost(CLOSE_MS, 'close()', observed.tts.close());
      await assert.doesNotReject(
        takesAtMost(500, 'the speech', ended),
        'speech that close() ends must just end',
      );
      assert.equal(
        read.some(({ final }) => final),
        false,
        'it must not look like a whole speech',
      );
      await bench.provider.changes.until(
        'every connection is closed after close()',
        () => bench.provider.openConnections === 0,
        { timeoutMs: 1_000 },
      );
      const told = observed.errors.map(({ message }) => message);
      assert.deepEqual(told, [], 'closing must make no error event');
    },
  },
  {
    id: 'closes-while-connecting',
    title: 'closes in time while the provider does not answer',
    async run(bench) {
      bench.provider.stall();
      const { tts } = bench.create();
      const starting = tts.start().catch(() => 'closed meanwhile');
      const reading = readAll(tts.send('Hello there.')).catch(() => 'closed meanwhile');
      await bench.provider.changes.until(
        'the provider is asked',
        () => bench.provider.requests.length > 0,
      );
      await takesAtMost(CLOSE_MS, 'close() while connecting', tts.close());
      await takesAtMost(1_000, 'start() after close()', starting);
      await takesAtMost(1_000, 'the speech after close()', reading);
      await bench.provider.changes.until(
        'the connection that was being made is gone',
        () => bench.provider.openConnections === 0,
        { timeoutMs: 1_000 },
      );
    },
  },
  {
    id: 'quiet-after-close',
    title: 'tells nothing any more once it has closed',
    async run(bench) {
      const observed = await bench.start();
      const { read } = await bench.startSpeaking(observed);
      await observed.tts.close();
      await new Promise(setImmediate);
      const before = read.length + observed.events.length;
      bench.provider.voice.release();
      const more = (): boolean => read.length + observed.events.length > before;
      const told = await bench.until('something is told', more, QUIET_MS).catch(() => false);
      assert.equal(told, false, 'nothing may come out after close() has resolved');
    },
  },
  {
    id: 'leaves-no-handle',
    title: 'leaves no timer, socket or process behind when it closes',
    async run(bench) {
      using handles = trackHandles();
      await handles.run(async () => {
        const observed = await bench.start();
        await readAll(observed.tts.send('Hello there.'));
        await bench.startSpeaking(observed);
        await observed.tts.close();
      });
      const limitMs = performance.now() + HANDLES_GONE_MS;
      while (handles.open.length > 0 && performance.now() < limitMs)
        await new Promise(setImmediate);
      assert.deepEqual(handles.open, [], 'what keeps the process alive must be gone after close()');
    },
  },
];
