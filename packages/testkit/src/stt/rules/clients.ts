import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import { watchCalls } from '../../contract/watch-calls.ts';
import type { STTBench } from '../stt-bench.ts';

/** Rules for a plugin that can be given a client of the vendor's. */
export const clientRules: readonly Rule<STTBench>[] = [
  {
    id: 'leaves-given-clients-open',
    title: 'works with a client that is passed in, and leaves it open for others when it closes',
    async run(bench) {
      const { client, closedBy, plugin } = bench.client();
      using closes = closedBy === undefined ? undefined : watchCalls(client, closedBy);
      for (const index of [0, 1] as const) {
        const observed = bench.observe(plugin());
        await observed.stt.start();
        const { text, pcm } = bench.sentence(index);
        bench.speak(observed.stt, pcm);
        await bench.final(observed, text);
        await (closes?.run(() => observed.stt.close()) ?? observed.stt.close());
        assert.equal(
          closes?.called.has(client) ?? false,
          false,
          'a client that was passed in belongs to whoever made it: it must not be closed',
        );
      }
    },
  },
];

/** A rule for a client that has to be closed. */
export const ownClientRules: readonly Rule<STTBench>[] = [
  {
    id: 'closes-its-own-client',
    title: 'closes the client that it made itself',
    async run(bench) {
      const { client, closedBy } = bench.client();
      assert(closedBy !== undefined, 'the rule is about clients that are closed');
      using closes = watchCalls(client, closedBy);
      const observed = await bench.start();
      const { text, pcm } = bench.sentence(0);
      bench.speak(observed.stt, pcm);
      await bench.final(observed, text);
      await closes.run(() => observed.stt.close());
      assert.equal(
        closes.called.size,
        1,
        `the client that the plugin made must be closed, by ${String(closedBy)}()`,
      );
    },
  },
];
