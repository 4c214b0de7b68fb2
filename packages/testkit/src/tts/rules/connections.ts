import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import { readAll, takesAtMost, textOf, type TTSBench } from '../tts-bench.ts';

/** What a plugin keeps to that keeps a connection for all texts. */
export const connectionRules: readonly Rule<TTSBench>[] = [
  {
    id: 'keeps-its-connection',
    title: 'speaks all texts over one connection, which is there when it has started',
    async run(bench) {
      const { tts } = await bench.start();
      assert.equal(bench.provider.requests.length, 1, 'start() must connect');
      for (const text of ['One.', 'Two.', 'Three.'])
        assert.equal(textOf(await readAll(tts.send(text))), text);
      assert.equal(bench.provider.requests.length, 1, 'no text may need a connection of its own');
    },
  },
  {
    id: 'reconnects',
    title: 'makes a lost connection again, and speaks what is sent meanwhile',
    async run(bench) {
      const { tts } = await bench.start();
      await readAll(tts.send('Before.'));
      bench.provider.drop();
      const chunks = await takesAtMost(8_000, 'the text', readAll(tts.send('Meanwhile.')));
      assert.equal(textOf(chunks), 'Meanwhile.', 'it must be spoken when the connection is back');
    },
  },
];
