import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import { trackHandles } from '../../contract/open-handles.ts';
import type { STTBench } from '../stt-bench.ts';

/** Something that comes so long after the end has nothing to do with it. */
const QUIET_MS = 150;
/** A socket that was closed is gone within some turns of the event loop. */
const HANDLES_GONE_MS = 1_000;

/** What is true when a plugin was closed in the middle of its work. */
export const closingRules: readonly Rule<STTBench>[] = [
  {
    id: 'close-is-no-error',
    title: 'makes no error of what is cut short because it closes',
    async run(bench) {
      const { stt, errors } = await bench.start();
      bench.speak(stt, bench.sentence(0).pcm);
      await bench.provider.expectAudio({ durationMs: 100 });
      bench.provider.stall();
      bench.speak(stt, bench.sentence(1).pcm);
      await stt.close();
      assert.deepEqual(
        errors.map(({ error: { kind, message } }) => `${kind}: ${message}`),
        [],
        'closing while the provider is stuck must not make an error event',
      );
    },
  },
  {
    id: 'quiet-after-close',
    title: 'tells nothing any more once it has closed',
    async run(bench) {
      const { stt, items, events } = await bench.start();
      bench.speak(stt, bench.sentence(0).pcm);
      await bench.provider.expectAudio({ durationMs: 600 });
      await stt.close();
      const eventsBefore = events.length;
      // What was put out before is read in the next turn of the event loop.
      await new Promise(setImmediate);
      const itemsBefore = items.length;
      const told = await bench
        .until(
          'something is told',
          () => items.length > itemsBefore || events.length > eventsBefore,
          QUIET_MS,
        )
        .catch(() => false);
      assert.equal(told, false, 'nothing may come out after close() has resolved');
    },
  },
  {
    id: 'leaves-no-handle',
    title: 'leaves no timer, socket or process behind when it closes',
    async run(bench) {
      using handles = trackHandles();
      const { stt } = await handles.run(() => bench.start());
      handles.run(() => bench.speak(stt, bench.sentence(0).pcm));
      await bench.provider.expectAudio({ durationMs: 600 });
      await handles.run(() => stt.close());
      const limitMs = performance.now() + HANDLES_GONE_MS;
      while (handles.open.length > 0 && performance.now() < limitMs)
        await new Promise(setImmediate);
      assert.deepEqual(handles.open, [], 'what keeps the process alive must be gone after close()');
    },
  },
];
