import { strict as assert } from 'node:assert';
import { trackHandles } from '../../contract/open-handles.ts';
import type { Rule } from '../../contract/rule.ts';
import type { LLMBench } from '../llm-bench.ts';

/** Something that comes so long after the end has nothing to do with it. */
const QUIET_MS = 150;
/** A socket that was closed is gone within some turns of the event loop. */
const HANDLES_GONE_MS = 1_000;

const reply = { text: 'It is sunny and warm.' };

/** What is true when a plugin was closed in the middle of its work. */
export const closingRules: readonly Rule<LLMBench>[] = [
  {
    id: 'close-is-no-error',
    title: 'makes no error of what is cut short because it closes',
    async run(bench) {
      const { llm, errors } = await bench.start();
      await bench.askAndHold(llm, reply);
      await llm.close();
      assert.deepEqual(
        errors.map(({ kind, message }) => `${kind}: ${message}`),
        [],
        'closing in the middle of an answer must not make an error event',
      );
    },
  },
  {
    id: 'quiet-after-close',
    title: 'tells nothing any more once it has closed',
    async run(bench) {
      const { llm, events } = await bench.start();
      const { items } = await bench.askAndHold(llm, reply);
      await llm.close();
      const before = items.length + events.length;
      bench.provider.release();
      const told = await bench
        .until('something is told', () => items.length + events.length > before, QUIET_MS)
        .catch(() => false);
      assert.equal(told, false, 'nothing may come out after close() has resolved');
    },
  },
  {
    id: 'leaves-no-handle',
    title: 'leaves no timer, socket or process behind when it closes',
    async run(bench) {
      using handles = trackHandles();
      const { llm } = await handles.run(() => bench.start());
      await handles.run(() => bench.ask(llm, 'Hello?'));
      await handles.run(() => bench.askAndHold(llm, reply));
      await handles.run(() => llm.close());
      const limitMs = performance.now() + HANDLES_GONE_MS;
      while (handles.open.length > 0 && performance.now() < limitMs)
        await new Promise(setImmediate);
      assert.deepEqual(handles.open, [], 'what keeps the process alive must be gone after close()');
    },
  },
];
