import { strict as assert } from 'node:assert';
import { ProviderError } from '@vision-agents/core';
import { RealtimeConnectedEvent, RealtimeDisconnectedEvent } from '@vision-agents/core';
import type { Rule } from '../../contract/rule.ts';
import { within } from '../../llm/llm-bench.ts';
import { LONG_REPLY, SENTENCE, type RealtimeBench } from '../realtime-bench.ts';

const PATIENCE_MS = 5_000;
/** Who tries again at once has done so by then. */
const QUIET_MS = 150;
const CONNECT_MS = 10_000;

async function refusalOf(what: string, start: Promise<void>): Promise<ProviderError> {
  const thrown = await within(PATIENCE_MS, what, start).then(
    () => assert.fail(`${what} must reject`),
    (error: unknown) => error,
  );
  if (ProviderError.isInstance(thrown)) return thrown;
  throw thrown;
}

function reconnected(bench: RealtimeBench, requests: number): Promise<boolean> {
  const { provider } = bench;
  return provider.changes.until(
    'it connects again',
    () => provider.requests.length > requests && provider.openConnections > 0,
  );
}

export const sessionRules: readonly Rule<RealtimeBench>[] = [
  {
    id: 'tells-of-its-sessions',
    title: 'starts with a session, and tells when one is lost and made again',
    async run(bench) {
      const { realtime, events } = await bench.startRealtime();
      const told = (): unknown[] =>
        events.flatMap((event): unknown[] => {
          if (event instanceof RealtimeConnectedEvent) return ['connected'];
          return event instanceof RealtimeDisconnectedEvent ? [event.clean] : [];
        });
      assert.deepEqual(told(), ['connected'], 'start() must resolve when there is a session');
      assert.equal(realtime.connected, true, 'it must say that it is connected');
      bench.provider.drop();
      await bench.until('it tells that the session is there again', () => told().length === 3);
      assert.deepEqual(told(), ['connected', false, 'connected'], 'what it tells');
      await realtime.close();
      assert.deepEqual(told().at(-1), true, 'closing it is clean');
    },
  },
  {
    id: 'gives-up-in-time',
    title: 'fails to start when there is no session within ten seconds',
    async run(bench) {
      bench.provider.stall();
      const { realtime } = bench.createRealtime();
      realtime.useClock(bench.clock);
      const failed = refusalOf('a start without an answer', realtime.start());
      await bench.clock.advance(CONNECT_MS - 100);
      assert.equal(realtime.started, false, 'it must wait for the session');
      await bench.clock.advance(200);
      assert.equal((await failed).kind, 'timeout', 'the kind of the error');
    },
  },
  {
    id: 'tells-that-the-key-is-wrong',
    title: 'fails to start when the provider refuses the key, and does not try again',
    async run(bench) {
      bench.provider.refuse(401);
      const { realtime, errors } = bench.createRealtime();
      const error = await refusalOf('a start with a wrong key', realtime.start());
      assert.equal(error.kind, 'auth', `the kind of the error (${error.message})`);
      assert.equal(error.retryable, false, 'a wrong key stays wrong');
      await bench.until('an error event', () => errors.some(({ kind }) => kind === 'auth'));
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      assert.equal(bench.provider.requests.length, 1, 'a refused key must not be tried again');
    },
  },
  {
    id: 'waits-for-the-provider',
    title: 'tries again when the provider is overloaded while it starts',
    async run(bench) {
      bench.provider.refuse(503);
      const { realtime } = bench.createRealtime();
      const starting = realtime.start();
      await bench.provider.changes.until('it has tried', () => bench.provider.requests.length > 0);
      bench.provider.accept();
      await within(PATIENCE_MS, 'a start that is refused at first', starting);
    },
  },
  {
    id: 'reconnect-keeps-audio',
    title: 'gives the provider what was said while the connection was lost',
    async run(bench) {
      const { realtime } = await bench.startRealtime();
      const { provider } = bench;
      provider.refuse(503);
      const requests = provider.requests.length;
      provider.drop();
      await provider.changes.until('it tries again', () => provider.requests.length > requests);
      await bench.speak(realtime);
      provider.accept();
      await provider.changes.until('the last word is heard', () => provider.heard.length >= 11);
      assert.equal(provider.heard.join(' '), SENTENCE, 'every word must be heard');
    },
  },
  {
    id: 'remembers-after-a-cut',
    title: 'knows what was said before the connection was lost: by resuming, or by being told',
    async run(bench) {
      const observed = await bench.startRealtime();
      const { provider } = bench;
      await bench.ask(observed.llm, 'My colour is blue.');
      const requests = provider.requests.length;
      provider.drop();
      await reconnected(bench, requests);
      await bench.ask(observed.llm, 'Which is it?');
      const said = bench.prompt.messages.map(({ text }) => text);
      assert.deepEqual(
        said,
        ['My colour is blue.', 'You said: My colour is blue.', 'Which is it?'],
        'the model must know the conversation, once',
      );
      if (provider.resumes) assert.equal(provider.resumed, 1, 'the session must be resumed');
    },
  },
  {
    id: 'fails-a-lost-answer',
    title: 'fails an answer whose connection is cut in the middle, says so, and goes on',
    async run(bench) {
      const observed = await bench.startRealtime();
      const reading = await bench.holdAnswer(observed);
      const requests = bench.provider.requests.length;
      bench.provider.drop();
      const failed = reading.ended.then(() => Promise.resolve());
      const error = await refusalOf('an answer that is cut off', failed);
      assert.equal(error.retryable, true, 'a cut connection is temporary');
      await bench.until('an error event', () => observed.errors.length > 0);
      await reconnected(bench, requests);
      await bench.goesOn(observed);
    },
  },
  {
    id: 'fails-a-failed-answer',
    title: 'fails an answer that the provider breaks off, says why, and goes on',
    async run(bench) {
      const observed = await bench.startRealtime();
      bench.provider.reply({ text: 'It is', ending: 'error', message: 'out of capacity' });
      const { message } = await bench.fail(observed, 'a response that fails');
      assert.match(message, /out of capacity/, 'the error must say what the provider says');
      await bench.goesOn(observed);
    },
  },
  {
    id: 'asks-again-after-a-cut',
    title: 'asks again for an answer of which nothing had come when the connection was cut',
    async run(bench) {
      const observed = await bench.startRealtime();
      bench.provider.reply({ text: 'It is lost.', holdAfter: 0 });
      const reading = bench.read(observed.llm, 'Are you there?');
      await bench.provider.changes.until('the model is asked', () => bench.provider.responding > 0);
      bench.provider.drop();
      await within(PATIENCE_MS, 'the answer', reading.ended);
      assert.equal(reading.text, 'You said: Are you there?', 'it must be answered after all');
    },
  },
  {
    id: 'survives-garbage',
    title: 'makes a protocol error of a megabyte of garbage, and goes on working',
    async run(bench) {
      const observed = await bench.startRealtime();
      bench.provider.garbage();
      await bench.until('an error event', () => observed.errors.length > 0);
      const [error] = observed.errors;
      assert.equal(error?.kind, 'protocol', 'garbage is an error of kind protocol');
      assert((error?.message.length ?? 0) < 2_000, 'it must not repeat a megabyte of garbage');
      await bench.goesOn(observed);
    },
  },
  {
    id: 'ignores-the-unknown',
    title: 'counts messages of an unknown type, and makes no error of them',
    async run(bench) {
      const observed = await bench.startRealtime();
      const before = observed.realtime.ignoredMessages;
      bench.provider.surprise();
      await bench.goesOn(observed);
      assert.equal(observed.realtime.ignoredMessages, before + 1, 'it must be counted');
      const told = observed.errors.map(({ message }) => message);
      assert.deepEqual(told, [], 'what is new to it is no error');
    },
  },
  {
    id: 'survives-a-complaint',
    title: 'tells what the provider complains about, and goes on working',
    async run(bench) {
      const observed = await bench.startRealtime();
      bench.provider.complain('the microphone is too loud');
      await bench.until('an error event', () =>
        observed.errors.some(({ message }) => message.includes('the microphone is too loud')),
      );
      bench.provider.reply({ text: LONG_REPLY });
      await bench.ask(observed.llm, 'Hello?');
      await bench.goesOn(observed);
    },
  },
];
