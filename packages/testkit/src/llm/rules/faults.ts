import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import type { LLMBench, ObservedLLM } from '../llm-bench.ts';

/** The next question is answered, and what went wrong is forgotten. */
async function goesOn(bench: LLMBench, { llm }: ObservedLLM): Promise<void> {
  const { text } = await bench.ask(llm, 'And now?');
  assert.equal(text, 'You said: And now?', 'the next question must be answered');
  const words = bench.prompt.messages.map((message) => message.text).join(' ');
  assert.doesNotMatch(words, /Umbrellas/, 'half an answer must not be in the history');
}

export const faultRules: readonly Rule<LLMBench>[] = [
  {
    id: 'notices-an-error',
    title: 'fails an answer in which the provider complains, says why, and goes on working',
    async run(bench) {
      const observed = await bench.start();
      bench.provider.reply({ text: 'Umbrellas are', ending: 'error', message: 'out of capacity' });
      const { message } = await bench.fail(observed, 'an error inside the stream');
      assert.match(message, /out of capacity/, 'the error must say what the provider says');
      await goesOn(bench, observed);
    },
  },
  {
    id: 'notices-a-cut',
    title: 'fails an answer whose connection is cut, and goes on working',
    async run(bench) {
      const observed = await bench.start();
      bench.provider.reply({ text: 'Umbrellas are', ending: 'cut' });
      const { retryable } = await bench.fail(observed, 'a connection that is cut');
      assert.equal(retryable, true, 'a cut connection is temporary');
      await goesOn(bench, observed);
    },
  },
  {
    id: 'notices-a-missing-end',
    title: 'fails an answer that stops before the provider has said that it is complete',
    async run(bench) {
      const observed = await bench.start();
      bench.provider.reply({ text: 'Umbrellas are', ending: 'stop' });
      await bench.fail(observed, 'an answer that stops in the middle');
      await goesOn(bench, observed);
    },
  },
  {
    id: 'survives-garbage',
    title: 'makes a protocol error of a megabyte of garbage, and goes on working',
    async run(bench) {
      const observed = await bench.start();
      bench.provider.garbage();
      const { kind, message } = await bench.fail(observed, 'garbage');
      assert.equal(kind, 'protocol', 'garbage is an error of kind protocol');
      assert(message.length < 2_000, 'an error must not repeat a megabyte of garbage');
      await goesOn(bench, observed);
    },
  },
  {
    id: 'reports-a-refusal',
    title: 'fails when the provider is overloaded, says so, and answers when it is back',
    async run(bench) {
      const observed = await bench.start();
      bench.provider.refuse(503);
      const { status, retryable } = await bench.fail(observed, 'HTTP 503');
      assert.deepEqual(
        { status, retryable },
        { status: 503, retryable: true },
        'it must say that it is temporary',
      );
      bench.provider.accept();
      await goesOn(bench, observed);
    },
  },
  {
    id: 'gives-up-on-a-wrong-key',
    title: 'says that the key is refused, and does not try again by itself',
    async run(bench) {
      const observed = await bench.start();
      bench.provider.refuse(401);
      const { kind, retryable } = await bench.fail(observed, 'HTTP 401');
      assert.deepEqual({ kind, retryable }, { kind: 'auth', retryable: false }, 'the key is wrong');
      // Whoever tries again at once has done so by then.
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(bench.provider.requests.length, 1, 'a refused key must not be tried again');
    },
  },
];
