import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import { within, type LLMBench } from '../llm-bench.ts';

const SOON_MS = 1_000;

const reply = { text: 'Umbrellas are recommended for tomorrow.' };

function gone(bench: LLMBench, why: string): Promise<boolean> {
  return bench.provider.changes.until(
    `the request is gone after ${why}`,
    () => bench.provider.openConnections === 0,
    { timeoutMs: SOON_MS },
  );
}

export const interruptionRules: readonly Rule<LLMBench>[] = [
  {
    id: 'ends-when-aborted',
    title: 'ends an answer as soon as it is aborted: without a piece more, a final or an error',
    async run(bench) {
      const { llm, errors } = await bench.start();
      const reading = await bench.askAndHold(llm, reply);
      const before = reading.items.length;
      reading.abort();
      bench.provider.release();
      await assert.doesNotReject(
        within(SOON_MS, 'an aborted answer', reading.ended),
        'an interruption is no error',
      );
      assert.equal(reading.items.length, before, 'nothing may come out after the abort');
      assert.deepEqual(errors, [], 'an interruption must not make an error event');
    },
  },
  {
    id: 'cancels-the-request',
    title: 'cancels the request when an answer is aborted, or its loop left',
    async run(bench) {
      const { llm } = await bench.start();
      const reading = await bench.askAndHold(llm, reply);
      reading.abort();
      await gone(bench, 'the abort');
      bench.provider.reply({ ...reply, holdAfter: 2 });
      const answer = llm.simpleResponse('And now?')[Symbol.asyncIterator]();
      const first = answer.next();
      await bench.provider.changes.until('it is asked', () => bench.provider.prompts.length > 1);
      await Promise.race([first, new Promise((resolve) => setTimeout(resolve, SOON_MS))]);
      await answer.return?.();
      await gone(bench, 'the loop was left');
    },
  },
  {
    id: 'forgets-interrupted-answers',
    title: 'gives the model no word of an answer that was interrupted, but what was heard of it',
    async run(bench) {
      const { llm } = await bench.start();
      const reading = await bench.askAndHold(llm, reply, { turnId: 'first' });
      reading.abort();
      await within(SOON_MS, 'an aborted answer', reading.ended);
      await bench.ask(llm, 'And today?');
      const words = bench.prompt.messages.map(({ text }) => text).join(' ');
      assert.doesNotMatch(words, /Umbrellas/, 'an interrupted answer must not be in the history');
      assert.equal(llm.conversation.cutTo('first', 'Umbrellas'), true, 'its turn must be there');
      await bench.ask(llm, 'Again?');
      assert.equal(
        bench.prompt.messages.find(({ role }) => role === 'assistant')?.text,
        'Umbrellas',
        'what was heard must be in the history',
      );
    },
  },
  {
    id: 'stops-functions',
    title: 'stops a function when its answer is interrupted, and leaves a history that can be sent',
    async run(bench) {
      const { llm } = await bench.start();
      const running = Promise.withResolvers<AbortSignal>();
      llm.registerFunction({
        name: 'wait',
        description: 'Waits',
        execute: (_args, { signal }) => {
          running.resolve(signal);
          return new Promise(() => undefined);
        },
      });
      bench.provider.reply({ text: 'One moment.', toolCalls: [{ name: 'wait' }] });
      const reading = bench.read(llm, 'Wait for it');
      const signal = await within(SOON_MS, 'the call', running.promise);
      reading.abort();
      await within(SOON_MS, 'an answer that is aborted while a function runs', reading.ended);
      assert.equal(signal.aborted, true, "the function's signal must be aborted");
      const { text } = await bench.ask(llm, 'And now?');
      assert.equal(text, 'You said: And now?', 'the next question must be answered');
      assert.deepEqual(bench.provider.violations, [], 'the provider must not complain');
    },
  },
];
