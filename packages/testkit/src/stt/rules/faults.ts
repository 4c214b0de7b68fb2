import { strict as assert } from 'node:assert';
import { ProviderError } from '@vision-agents/core';
import type { Rule } from '../../contract/rule.ts';
import { recordings } from '../../speech/index.ts';
import { staysFalse, takesAtMost, type STTBench } from '../stt-bench.ts';

const { ada } = recordings;
/** The first retry comes within a quarter of a second. */
const RETRY_MS = 400;

function sentence(index: number): { text: string; startMs: number; endMs: number } {
  const found = ada.sentences[index];
  assert(found);
  return found;
}

export const faultRules: readonly Rule<STTBench>[] = [
  {
    id: 'survives-a-temporary-error',
    title: 'makes an event of a temporary error, and goes on working',
    async run(bench) {
      const observed = await bench.start();
      bench.speak(observed.stt, ada.pcm().slice(0, 200));
      await bench.provider.expectAudio({ durationMs: 100 });
      await bench.provider.error('overloaded, try again');
      const error = await bench.error(observed, "the provider's complaint", ({ message }) =>
        message.includes('overloaded, try again'),
      );
      assert(ProviderError.isInstance(error), 'the error must be a ProviderError');
      assert.equal(
        error.provider,
        observed.stt.provider,
        "the error must name the component's provider",
      );
      assert.equal(error.retryable, true, 'a temporary error must be retryable');
      await bench.speakInTurn(observed.stt, [{ pcm: ada.pcm().slice(200) }]);
      await bench.final(observed, sentence(1).text);
    },
  },
  {
    id: 'reconnects-without-loss',
    title: 'loses nothing of the audio that is given while it is disconnected',
    async run(bench) {
      const [first, second] = [sentence(0), sentence(1)];
      const middleMs = (first.endMs + second.startMs) / 2 + 100;
      const observed = await bench.start();
      bench.speak(observed.stt, ada.pcm().slice(0, middleMs));
      await bench.final(observed, first.text);
      bench.provider.refuse(503);
      bench.provider.drop();
      await bench.error(observed, 'the lost connection', ({ retryable }) => retryable);
      bench.speak(observed.stt, ada.pcm().slice(middleMs));
      await bench.provider.changes.until(
        'it tries to connect again',
        () => bench.provider.requests.length >= 2,
      );
      bench.provider.accept();
      await bench.final(observed, second.text);
    },
  },
  {
    id: 'reports-a-refusal',
    title: 'makes an event of a provider that is away, and recovers when it is back',
    async run(bench) {
      bench.provider.refuse(503);
      const observed = bench.create();
      await observed.stt.start();
      bench.speak(observed.stt, ada.pcm().slice(0, sentence(0).endMs + 400));
      const error = await bench.error(observed, 'kind network', ({ kind }) => kind === 'network');
      assert.equal(error.retryable, true, 'a provider that is away may be back: retryable');
      bench.provider.accept();
      await bench.final(observed, sentence(0).text);
    },
  },
  {
    id: 'gives-up-on-a-wrong-key',
    title: 'makes an event of a refused key, and does not try it again',
    async run(bench) {
      bench.provider.refuse(401);
      const observed = await bench.start();
      bench.speak(observed.stt, ada.pcm().slice(0, 400));
      const error = await bench.error(observed, 'kind auth', ({ kind }) => kind === 'auth');
      assert.equal(error.retryable, false, 'a refused key stays refused: not retryable');
      const asked = bench.provider.requests.length;
      bench.provider.accept();
      bench.speak(observed.stt, ada.pcm().slice(400, 800));
      await staysFalse(
        RETRY_MS,
        'a refused key is tried again',
        bench.provider.changes,
        () => bench.provider.requests.length > asked,
      );
      await takesAtMost(2_500, 'close() after a refused key', () => observed.stt.close());
    },
  },
  {
    id: 'survives-garbage',
    title: 'makes a protocol error of a megabyte of garbage, and goes on working',
    async run(bench) {
      const observed = await bench.start();
      bench.speak(observed.stt, ada.pcm().slice(0, 100));
      await bench.provider.expectAudio({ durationMs: 80 });
      bench.provider.garbage();
      const error = await bench.error(observed, 'kind protocol', ({ kind }) => kind === 'protocol');
      assert(error.message.length < 2_000, 'an error must not repeat a megabyte of garbage');
      await bench.speakInTurn(observed.stt, [{ pcm: ada.pcm().slice(100) }]);
      await bench.final(observed, sentence(1).text);
      assert(observed.errors.length < 5, 'one garbage message must not become a flood of events');
    },
  },
  {
    id: 'survives-being-closed-at-once',
    title: 'does not freeze or crash when each connection is closed as soon as it is made',
    async run(bench) {
      const observed = await bench.start();
      const stop = new AbortController();
      const closeEach = async (): Promise<void> => {
        while (!stop.signal.aborted) {
          await bench.provider.changes.until(
            'a connection is open',
            () => stop.signal.aborted || bench.provider.sessions.length > 0,
          );
          for (const session of bench.provider.sessions) session.close(1011, 'closed at once');
          await bench.provider.changes.until(
            'it is closed',
            () => bench.provider.sessions.length === 0,
          );
        }
      };
      const closing = Promise.allSettled([closeEach()]);
      bench.speak(observed.stt, ada.pcm().slice(0, 400));
      await bench.error(observed, 'the closed connection', ({ retryable }) => retryable);
      await bench.provider.changes.until(
        'it tries again',
        () => bench.provider.requests.length >= 3,
      );
      stop.abort();
      bench.provider.changes.notify();
      await closing;
      await bench.provider.partial('here again');
      await bench.until('what the provider says comes out again', () =>
        observed.items.some((item) => item.type === 'transcript' && item.text === 'here again'),
      );
      await bench.speakInTurn(observed.stt, [{ pcm: ada.pcm().slice(400) }]);
      await bench.final(observed, sentence(1).text);
    },
  },
];
