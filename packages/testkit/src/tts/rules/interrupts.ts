import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import { readAll, takesAtMost, textOf, type TTSBench } from '../tts-bench.ts';

/** An interrupt ends a reader in this turn of the event loop; the rest is for a busy machine. */
const AT_ONCE_MS = 250;

export const interruptRules: readonly Rule<TTSBench>[] = [
  {
    id: 'interrupt-ends-at-once',
    title: 'ends what is spoken at once when it is interrupted, and stops the provider',
    async run(bench) {
      const observed = await bench.start();
      const { tts, errors } = observed;
      const { read, ended } = await bench.startSpeaking(observed);
      const epoch = tts.epoch;
      const before = read.length;
      const interrupted = tts.interrupt({ playedMs: 200 });
      assert.equal(tts.epoch, epoch + 1, 'the epoch must be raised at once');
      await takesAtMost(AT_ONCE_MS, 'the speech that was interrupted', ended);
      await takesAtMost(2_000, 'interrupt()', interrupted);
      await bench.letGo();
      assert.equal(read.length, before, 'no chunk may come after the interrupt');
      assert.deepEqual(errors.map(String), [], 'an interrupt is no error');
    },
  },
  {
    id: 'speaks-again-after-an-interrupt',
    title: 'speaks the next text after an interrupt, and nothing of the one before',
    async run(bench) {
      const observed = await bench.start();
      const { tts } = observed;
      for (const text of ['Sorry, go on.', 'And again.']) {
        await bench.startSpeaking(observed);
        void tts.interrupt();
        bench.provider.voice.release();
        const chunks = await takesAtMost(5_000, 'the next text', readAll(tts.send(text)));
        assert.equal(textOf(chunks), text, 'only the next text may be heard');
      }
      assert.deepEqual(bench.provider.violations, [], 'the provider must have no complaint');
      assert.deepEqual(observed.errors.map(String), [], 'an interrupt is no error');
    },
  },
  {
    id: 'belongs-to-its-epoch',
    title: 'gives nothing of what was sent before an interrupt and is read after it',
    async run(bench) {
      const { tts } = await bench.start();
      const before = tts.send('From before.');
      void tts.interrupt();
      const after = tts.send('From after.');
      assert.deepEqual(await readAll(before), [], 'it was sent in an epoch that is over');
      assert.equal(textOf(await readAll(after)), 'From after.', 'the epoch that began must last');
    },
  },
  {
    id: 'heeds-the-callers-signal',
    title: 'ends one speech when its signal is aborted, and stops the provider',
    async run(bench) {
      const observed = await bench.start();
      const caller = new AbortController();
      const { read, ended } = await bench.startSpeaking(observed, { signal: caller.signal });
      const before = read.length;
      caller.abort();
      await takesAtMost(AT_ONCE_MS, 'the speech that was aborted', ended);
      await bench.letGo();
      assert.equal(read.length, before, 'no chunk may come after the abort');
      assert.deepEqual(observed.errors.map(String), [], 'an abort is no error');
      bench.provider.voice.release();
      assert.equal(textOf(await readAll(observed.tts.send('Go on.'))), 'Go on.');
    },
  },
  {
    id: 'lets-go-when-its-reader-leaves',
    title: 'stops the provider when the reader leaves before the end',
    async run(bench) {
      const { tts, errors } = await bench.start();
      bench.provider.voice.hold(300);
      for await (const chunk of tts.send('A reader who leaves in the middle of it.'))
        if (chunk.pcm) break;
      await bench.letGo();
      bench.provider.voice.release();
      assert.equal(textOf(await readAll(tts.send('Go on.'))), 'Go on.');
      assert.deepEqual(errors.map(String), [], 'leaving is no error');
    },
  },
];
