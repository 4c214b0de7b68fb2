import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import { VirtualClock } from '../../clock/index.ts';
import { recordings } from '../../speech/index.ts';
import type { STTBench } from '../stt-bench.ts';

const { ada } = recordings;
const QUIET_MS = 120_000;

function sentence(index: number): { text: string; startMs: number; endMs: number } {
  const found = ada.sentences[index];
  assert(found);
  return found;
}

/** Rules for a plugin that keeps a connection to its provider. */
export const connectionRules: readonly Rule<STTBench>[] = [
  {
    id: 'reconnects-without-loss',
    title: 'loses nothing of the audio that is given while it is disconnected',
    async run(bench) {
      const [first, second] = [sentence(0), sentence(1)];
      const middleMs = (first.endMs + second.startMs) / 2 + 100;
      const observed = await bench.start();
      bench.speak(observed.stt, ada.pcm().slice(0, middleMs));
      await bench.final(observed, first.text);
      bench.socket.refuse(503);
      bench.socket.drop();
      await bench.error(observed, 'the lost connection', ({ retryable }) => retryable);
      bench.speak(observed.stt, ada.pcm().slice(middleMs));
      await bench.socket.changes.until(
        'it tries to connect again',
        () => bench.socket.requests.length >= 2,
      );
      bench.socket.accept();
      await bench.final(observed, second.text);
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
          await bench.socket.changes.until(
            'a connection is open',
            () => stop.signal.aborted || bench.socket.sessions.length > 0,
          );
          for (const session of bench.socket.sessions) session.close(1011, 'closed at once');
          await bench.socket.changes.until(
            'it is closed',
            () => bench.socket.sessions.length === 0,
          );
        }
      };
      const closing = Promise.allSettled([closeEach()]);
      bench.speak(observed.stt, ada.pcm().slice(0, 400));
      await bench.error(observed, 'the closed connection', ({ retryable }) => retryable);
      await bench.socket.changes.until('it tries again', () => bench.socket.requests.length >= 3);
      stop.abort();
      bench.socket.changes.notify();
      await closing;
      await bench.socket.partial('here again');
      await bench.until('what the provider says comes out again', () =>
        observed.items.some((item) => item.type === 'transcript' && item.text === 'here again'),
      );
      await bench.speakInTurn(observed.stt, [{ pcm: ada.pcm().slice(400) }]);
      await bench.final(observed, sentence(1).text);
    },
  },
  {
    id: 'keeps-quiet-sessions',
    title: 'keeps the session of a speaker who is quiet for minutes, by what the provider allows',
    async run(bench) {
      const { stt } = bench.create();
      const clock = new VirtualClock();
      stt.useClock(clock);
      await stt.start();
      bench.speak(stt, bench.sentence(0).pcm.slice(0, 400));
      await bench.socket.expectAudio({ durationMs: 300 });
      await clock.advance(QUIET_MS);
      assert.deepEqual(
        bench.socket.violations,
        [],
        'what keeps the session must be part of the protocol',
      );
      assert.equal(bench.socket.sessions.length, 1, 'the session must still be there');
    },
  },
];
