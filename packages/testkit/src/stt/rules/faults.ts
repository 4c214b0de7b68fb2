import { strict as assert } from 'node:assert';
import { ProviderError } from '@vision-agents/core';
import type { Rule } from '../../contract/rule.ts';
import type { STTBench } from '../stt-bench.ts';

export const faultRules: readonly Rule<STTBench>[] = [
  {
    id: 'survives-a-temporary-error',
    title: 'makes an event of a temporary error, and goes on working',
    async run(bench) {
      const observed = await bench.start();
      await bench.complain(observed, 'overloaded, try again');
      const error = await bench.error(observed, "the provider's complaint", ({ message }) =>
        message.includes('overloaded, try again'),
      );
      assert(ProviderError.isInstance(error), 'the error must be a ProviderError');
      assert.equal(
        error.provider,
        observed.stt.provider,
        "the error must name the component's provider",
      );
      // What an engine throws says nothing about the next time; what a provider says does.
      if (bench.provider.transport !== 'worker')
        assert.equal(error.retryable, true, 'a temporary error must be retryable');
      const { text, pcm } = bench.sentence(1);
      bench.speak(observed.stt, pcm);
      await bench.final(observed, text);
    },
  },
  {
    id: 'survives-garbage',
    title: 'makes a protocol error of a megabyte of garbage, and goes on working',
    async run(bench) {
      const observed = await bench.start();
      const [first, second] = [bench.sentence(0), bench.sentence(1)];
      bench.speak(observed.stt, first.pcm.slice(0, 200));
      if (bench.provider.transport === 'socket')
        await bench.provider.expectAudio({ durationMs: 100 });
      bench.provider.garbage();
      bench.speak(observed.stt, first.pcm.slice(200));
      const error = await bench.error(observed, 'kind protocol', ({ kind }) => kind === 'protocol');
      assert(error.message.length < 2_000, 'an error must not repeat a megabyte of garbage');
      bench.speak(observed.stt, second.pcm);
      await bench.final(observed, second.text);
      assert(observed.errors.length < 5, 'one garbage message must not become a flood of events');
    },
  },
];
