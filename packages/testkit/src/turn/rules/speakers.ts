import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import type { TurnBench } from '../turn-bench.ts';

/** Rules about who leaves in the middle of a turn, and about work that is cut short or fails. */
export const speakerRules: readonly Rule<TurnBench>[] = [
  {
    id: 'lets-speakers-go',
    title: 'ends the turn of a speaker who leaves, and begins anew if they come back',
    async run(bench) {
      const observed = await bench.start();
      const { detector, turns, frames } = observed;
      const ada = { id: 'ada', userId: 'ada' };
      const first = await bench.speakUntilStarted(observed, ada);
      const { state } = frames.at(-1) ?? {};
      detector.participantLeft(ada.id);
      await bench.clock.settle();
      const end = turns.find(({ type }) => type === 'turn-ended');
      assert.equal(end?.participant?.id, ada.id, 'the turn of who leaves must end');
      const second = await bench.speakUntilStarted(observed, ada);
      assert.notEqual(second.turnId, first.turnId, 'who comes back must have a new turn');
      if (typeof state === 'object' && state !== null)
        assert.notEqual(frames.at(-1)?.state, state, 'who comes back must have a new state');
    },
  },
  {
    id: 'survives-an-error',
    title: 'makes an event of a frame that fails, and goes on working',
    async run(bench) {
      const observed = await bench.start();
      let failed = false;
      observed.before = () => {
        if (failed) return;
        failed = true;
        throw new Error('this frame is bad');
      };
      await bench.speakUntilStarted(observed);
      const [event] = observed.errors;
      assert.equal(
        event?.error.message,
        'this frame is bad',
        'the failure must be told by an event',
      );
      assert.equal(event.error.provider, observed.detector.provider, 'it must name the provider');
    },
  },
  {
    id: 'close-settles',
    title: 'ends its output when it closes, also while a frame takes long',
    async run(bench) {
      const observed = await bench.start();
      const { detector } = observed;
      observed.before = (_frame, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      for (const chunk of bench.sentence().chunks(320)) detector.send(chunk);
      await bench.until('a frame is looked at', () => observed.busy.size > 0);
      await bench.close(detector);
      assert.equal(detector.output.closed, true, 'output must be closed after close()');
      assert.equal(bench.clock.pending, 0, 'no timer may be left after close()');
    },
  },
  {
    id: 'close-is-no-error',
    title: 'makes no error of what is cut short because it closes',
    async run(bench) {
      const observed = await bench.start();
      await bench.speak(observed, bench.sentence().slice(0, 500));
      observed.before = (_frame, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
        });
      observed.detector.send(bench.sentence().slice(500, 1_000));
      await bench.until('a frame is looked at', () => observed.busy.size > 0);
      await bench.close(observed.detector);
      assert.deepEqual(
        observed.errors.map(({ error: { kind, message } }) => `${kind}: ${message}`),
        [],
        'closing while a frame is looked at must not make an error event',
      );
    },
  },
];
