import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import { staysFalse, takesAtMost, type STTBench } from '../stt-bench.ts';

/** The first retry comes within a quarter of a second. */
const RETRY_MS = 400;

/** Rules for a plugin whose provider is reached over a network, and wants a key. */
export const networkRules: readonly Rule<STTBench>[] = [
  {
    id: 'reports-a-refusal',
    title: 'makes an event of a provider that is away, and recovers when it is back',
    async run(bench) {
      bench.provider.refuse(503);
      const observed = bench.create();
      await observed.stt.start();
      const [first, second] = [bench.sentence(0), bench.sentence(1)];
      bench.speak(observed.stt, first.pcm);
      const error = await bench.error(observed, 'kind network', ({ kind }) => kind === 'network');
      assert.equal(error.retryable, true, 'a provider that is away may be back: retryable');
      bench.provider.accept();
      if (bench.provider.transport === 'socket') await bench.final(observed, first.text);
      bench.speak(observed.stt, second.pcm);
      await bench.final(observed, second.text);
    },
  },
  {
    id: 'gives-up-on-a-wrong-key',
    title: 'makes an event of a refused key, and does not try it again',
    async run(bench) {
      bench.provider.refuse(401);
      const observed = await bench.start();
      bench.speak(observed.stt, bench.sentence(0).pcm);
      const error = await bench.error(observed, 'kind auth', ({ kind }) => kind === 'auth');
      assert.equal(error.retryable, false, 'a refused key stays refused: not retryable');
      const asked = bench.provider.requests.length;
      bench.provider.accept();
      bench.speak(observed.stt, bench.sentence(1).pcm);
      await staysFalse(
        RETRY_MS,
        'a refused key is tried again',
        bench.provider.changes,
        () => bench.provider.requests.length > asked,
      );
      await takesAtMost(2_500, 'close() after a refused key', () => observed.stt.close());
    },
  },
];
