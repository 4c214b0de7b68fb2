import { strict as assert } from 'node:assert';
import { ProviderError } from '@vision-agents/core';
import type { Rule } from '../../contract/rule.ts';
import { LONG_TEXT, readAll, takesAtMost, textOf, type TTSBench } from '../tts-bench.ts';

const LIMIT_MS = 8_000;
/** The first retry of a request or a connection comes sooner. */
const QUIET_MS = 400;

/** The error that reading a speech rejects with. */
async function errorOf(what: string, reading: Promise<unknown>): Promise<ProviderError> {
  const thrown: unknown = await takesAtMost(LIMIT_MS, what, reading).then(
    () => assert.fail(`${what} must reject, so that nobody takes it for a whole one`),
    (error: unknown) => error,
  );
  if (ProviderError.isInstance(thrown)) return thrown;
  throw thrown;
}

/** It still works. */
async function speaksOn(
  bench: TTSBench,
  tts: Parameters<TTSBench['startSpeaking']>[0],
): Promise<void> {
  bench.provider.accept();
  bench.provider.voice.release();
  const chunks = await takesAtMost(LIMIT_MS, 'the next text', readAll(tts.tts.send('Go on.')));
  assert.equal(textOf(chunks), 'Go on.', 'the next text must be spoken as if nothing had been');
}

export const faultRules: readonly Rule<TTSBench>[] = [
  {
    id: 'broken-speech-is-no-speech',
    title: 'rejects and tells an error when the connection is cut in the middle, and goes on',
    async run(bench) {
      const observed = await bench.start();
      const { read, ended } = await bench.startSpeaking(observed);
      bench.provider.drop();
      const error = await errorOf('speech that is cut off', ended);
      assert.equal(error.retryable, true, 'it may be tried again');
      assert.equal(
        read.some(({ final }) => final),
        false,
        'it must have no final chunk',
      );
      await bench.error(observed, 'the cut', ({ message }) => message === error.message);
      await speaksOn(bench, observed);
    },
  },
  {
    id: 'survives-a-complaint',
    title: 'rejects and tells an error when the provider complains, and goes on',
    async run(bench) {
      const observed = await bench.start();
      for (const afterMs of [0, 200]) {
        // An answer that can be asked for again is, so there must be enough of them.
        for (let times = 0; times < (afterMs === 0 ? 4 : 1); times += 1)
          bench.provider.voice.error('too many voices', { afterMs });
        const error = await errorOf('a refused text', readAll(observed.tts.send(LONG_TEXT)));
        assert.notEqual(error.kind, 'auth', 'the key was not refused');
        await bench.error(observed, 'the complaint', ({ message }) => message === error.message);
        bench.provider.voice.reset();
        await speaksOn(bench, observed);
      }
    },
  },
  {
    id: 'silence-is-no-speech',
    title: 'rejects when the provider ends without any audio',
    async run(bench) {
      const observed = await bench.start();
      bench.provider.voice.mute();
      const error = await errorOf('a text without audio', readAll(observed.tts.send('Hello.')));
      assert.equal(error.kind, 'protocol', 'the kind of the error');
      await speaksOn(bench, observed);
    },
  },
  {
    id: 'tells-that-the-key-is-wrong',
    title: 'rejects with kind auth when the provider refuses the key, and does not ask again',
    async run(bench) {
      bench.provider.refuse(401);
      const observed = bench.create();
      const starting = observed.tts.start().then(() => readAll(observed.tts.send('Hello.')));
      const error = await errorOf('a text without a key', starting);
      assert.equal(error.kind, 'auth', `the kind of the error (${error.message})`);
      await bench.error(observed, 'kind auth', ({ kind }) => kind === 'auth');
      const again = await bench.provider.changes
        .until('it asks again', () => bench.provider.requests.length > 1, { timeoutMs: QUIET_MS })
        .catch(() => false);
      assert.equal(again, false, 'a key that is wrong stays wrong');
    },
  },
];
