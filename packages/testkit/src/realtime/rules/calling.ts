import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import { isDone, spokenIn, type ObservedRealtime, type RealtimeBench } from '../realtime-bench.ts';

function registerLook({ realtime }: ObservedRealtime, execute: () => unknown): void {
  realtime.registerFunction({ name: 'look', description: 'Looks something up', execute });
}

/** The results that the model was given. */
function resultsOf(bench: RealtimeBench): string[] {
  return bench.prompt.messages.flatMap(({ role, text }) => (role === 'tool' ? [text] : []));
}

export const callingRules: readonly Rule<RealtimeBench>[] = [
  {
    id: 'calls-functions-when-spoken-to',
    title: 'calls a function that a spoken question needs, and speaks the answer in the same turn',
    async run(bench) {
      const observed = await bench.startRealtime();
      registerLook(observed, () => 'two tables');
      bench.provider.reply({ text: 'Let me look.', toolCalls: [{ name: 'look' }] });
      bench.provider.reply({ text: 'There are two.' });
      await bench.speak(observed.realtime);
      const dones = (): ReturnType<typeof observed.items.filter> => observed.items.filter(isDone);
      await bench.output('the answer after the call', () => dones().length === 2);
      assert.deepEqual(resultsOf(bench), ['two tables'], 'the model must be told the result');
      const turns = new Set(dones().map(({ turnId }) => turnId));
      assert.equal(turns.size, 1, 'it must all be of one turn');
      assert.equal(spokenIn(observed.items), 'Let me look.There are two.', 'both must be heard');
      const roles = observed.realtime.conversation.messages.map(({ role }) => role);
      assert.deepEqual(
        roles,
        ['user', 'assistant', 'tool', 'assistant'],
        'the conversation must have the call and its result',
      );
    },
  },
  {
    id: 'tells-late-results',
    title: 'tells the result of a call whose turn was interrupted, and nothing comes out of that',
    async run(bench) {
      const observed = await bench.startRealtime();
      const result = Promise.withResolvers<string>();
      const asked = Promise.withResolvers<void>();
      registerLook(observed, () => {
        asked.resolve();
        return result.promise;
      });
      bench.provider.reply({ text: 'Let me look.', toolCalls: [{ name: 'look' }] });
      const reading = bench.read(observed.llm, 'Is there a table?', { turnId: 'first' });
      await asked.promise;
      await bench.quiet();
      await observed.realtime.interrupt();
      await reading.ended;
      const from = observed.items.length;
      result.resolve('two tables');
      await new Promise(setImmediate);
      await bench.goesOn(observed);
      assert.deepEqual(resultsOf(bench), ['two tables'], 'the model must be told the result');
      assert.equal(bench.provider.prompts.length, 2, 'the result alone must not be answered');
      const stale = observed.items.slice(from).filter(({ turnId }) => turnId === 'first');
      assert.deepEqual(
        stale.map(({ type }) => type).filter((type) => type === 'audio-output'),
        [],
        'nothing of the turn may come any more',
      );
    },
  },
  {
    id: 'comes-to-an-end',
    title: 'calls no function any more after as many rounds as it may have, and says so',
    async run(bench) {
      const observed = await bench.startRealtime();
      let calls = 0;
      registerLook(observed, () => (calls += 1));
      const { maxToolRounds } = observed.realtime;
      for (let round = 0; round <= maxToolRounds; round += 1)
        bench.provider.reply({ toolCalls: [{ name: 'look', arguments: '{}' }] });
      bench.provider.reply({ text: 'I could not find out.' });
      const { text } = await bench.ask(observed.llm, 'Is there a table?');
      assert.equal(text, 'I could not find out.', 'the last answer must come out');
      // A call that is repeated with the same arguments is made once.
      assert.equal(calls, 1, 'the function must not be called for ever');
      const last = resultsOf(bench).at(-1) ?? '';
      assert.match(last, /error/, 'the model must be told that it can call no more');
    },
  },
];
