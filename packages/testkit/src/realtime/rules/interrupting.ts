import { strict as assert } from 'node:assert';
import { textOf } from '@vision-agents/core';
import type { Rule } from '../../contract/rule.ts';
import {
  audioOf,
  isDone,
  LONG_REPLY,
  spokenIn,
  type ObservedRealtime,
  type RealtimeBench,
} from '../realtime-bench.ts';

/** An interruption is heard in the same turn of the event loop; the rest is for a busy machine. */
const AT_ONCE_MS = 500;

/** What of the first turn has come out after so many items, besides the word that it has ended. */
function staleOf({ items }: ObservedRealtime, turnId: string, from: number): string[] {
  return items
    .slice(from)
    .filter((item) => item.turnId === turnId)
    .flatMap(({ type }) => (type === 'audio-output' ? [type] : []));
}

export const interruptingRules: readonly Rule<RealtimeBench>[] = [
  {
    id: 'interrupt-silences',
    title: 'is silent at once when it is interrupted, and stops the provider',
    async run(bench) {
      const observed = await bench.startRealtime();
      const reading = await bench.holdAnswer(observed, { turnId: 'first' });
      const { realtime, items, errors } = observed;
      const { epoch } = realtime;
      const from = items.length;
      const interrupted = realtime.interrupt({ playedMs: 100 });
      assert.equal(realtime.epoch, epoch + 1, 'the epoch must be raised at once');
      const done = await bench.output(
        'it is told that the audio must stop',
        () => items.slice(from).find((item) => isDone(item) && item.interrupted),
        AT_ONCE_MS,
      );
      assert.equal(done.turnId, 'first', 'it must be told of which turn');
      await interrupted;
      await reading.ended;
      await bench.quiet();
      bench.provider.release();
      await bench.goesOn(observed);
      assert.deepEqual(staleOf(observed, 'first', from), [], 'nothing of it may come any more');
      assert.deepEqual(errors.map(String), [], 'an interruption is no error');
    },
  },
  {
    id: 'interrupted-by-voice',
    title: 'is silent when a user begins to speak, and then answers the user',
    async run(bench) {
      const observed = await bench.startRealtime();
      const { realtime, items, errors } = observed;
      await bench.holdAnswer(observed, { turnId: 'first' });
      const from = items.length;
      const { epoch } = realtime;
      bench.provider.reply({ text: 'Gladly.' });
      await bench.speak(realtime);
      const done = await bench.output('the answer ends', () =>
        items.slice(from).find((item) => isDone(item) && !item.interrupted),
      );
      assert.equal(realtime.epoch, epoch + 1, 'the epoch must be raised once');
      assert.deepEqual(staleOf(observed, 'first', from), [], 'nothing of it may come any more');
      const answer = items.slice(from).filter(({ turnId }) => turnId === done.turnId);
      assert.equal(spokenIn(answer), 'Gladly.', 'the user must be answered');
      const ended = items.slice(from).find(isDone);
      assert.deepEqual(
        [ended?.turnId, ended?.interrupted],
        ['first', true],
        'it must be told that the audio of the first must stop',
      );
      assert.deepEqual(errors.map(String), [], 'an interruption is no error');
      assert.deepEqual(bench.provider.violations, [], 'the provider must not complain');
    },
  },
  {
    id: 'forgets-what-was-not-heard',
    title: 'remembers of an interrupted answer what was heard, and has the provider do so',
    async run(bench) {
      const observed = await bench.startRealtime();
      const { realtime, llm } = observed;
      await bench.holdAnswer(observed);
      const heardMs = (audioOf(observed.items)?.durationMs ?? 0) / 2;
      await realtime.interrupt({ playedMs: heardMs });
      await bench.ask(llm, 'And now?');
      const words = bench.prompt.messages.map(({ text }) => text).join(' ');
      assert.match(words, /Umbrellas/, 'what was heard must be known to the model');
      assert.doesNotMatch(words, /recommended/, 'what was not heard must not be');
      const own = realtime.conversation.messages.map(textOf).join(' ');
      assert.match(own, /Umbrellas/, 'what was heard must be in the conversation');
      assert.doesNotMatch(own, /recommended/, 'what was not heard must not be');
      const [cut] = bench.provider.truncations;
      assert(
        cut && Math.abs(cut.playedMs - heardMs) < 2,
        `the provider must be told that ${heardMs} ms were heard, was told ${cut?.playedMs ?? 'nothing'}`,
      );
    },
  },
  {
    id: 'interrupt-after-the-end',
    title: 'interrupts also an answer that is complete, and is still heard',
    async run(bench) {
      const observed = await bench.startRealtime();
      const { realtime, items, llm } = observed;
      bench.provider.reply({ text: LONG_REPLY });
      await bench.ask(llm, 'What is the weather?', { turnId: 'first' });
      await bench.ended(observed);
      const from = items.length;
      await realtime.interrupt({ playedMs: 300 });
      await bench.output(
        'it is told that the audio must stop',
        () => items.slice(from).some((item) => isDone(item) && item.interrupted),
        AT_ONCE_MS,
      );
      await bench.ask(llm, 'And now?');
      const words = bench.prompt.messages.map(({ text }) => text).join(' ');
      assert.match(words, /Umbrellas/, 'what was heard must be known to the model');
      assert.doesNotMatch(words, /tomorrow/, 'what was not heard must not be');
    },
  },
  {
    id: 'belongs-to-its-epoch',
    title: 'answers nothing that was asked before an interruption and is read after it',
    async run(bench) {
      const observed = await bench.startRealtime();
      const { llm, realtime } = observed;
      const before = llm.simpleResponse('From before?');
      await realtime.interrupt();
      const items = await Array.fromAsync(before);
      assert.deepEqual(items, [], 'it was asked in an epoch that is over');
      assert.deepEqual(bench.provider.prompts, [], 'the provider must not be asked');
      await bench.goesOn(observed);
    },
  },
  {
    id: 'interrupted-again-and-again',
    title: 'gives the next answer after each interruption, and nothing of the one before',
    async run(bench) {
      const observed = await bench.startRealtime();
      for (const turnId of ['one', 'two', 'three']) {
        await bench.holdAnswer(observed, { turnId });
        await observed.realtime.interrupt();
        await bench.goesOn(observed);
      }
      assert.deepEqual(bench.provider.violations, [], 'the provider must not complain');
      assert.deepEqual(observed.errors.map(String), [], 'an interruption is no error');
    },
  },
  {
    id: 'stops-when-nobody-reads',
    title: 'stops the provider when an answer to a text is aborted, or its reader leaves',
    async run(bench) {
      const observed = await bench.startRealtime();
      const reading = await bench.holdAnswer(observed);
      reading.abort();
      await reading.ended;
      await bench.quiet();
      bench.provider.reply({ text: LONG_REPLY, holdAfter: 3 });
      for await (const item of observed.llm.simpleResponse('And then?'))
        if (item.type === 'delta') break;
      await bench.quiet();
      await bench.goesOn(observed);
      assert.deepEqual(observed.errors.map(String), [], 'leaving is no error');
    },
  },
];
