import { strict as assert } from 'node:assert';
import { ComponentErrorEvent, textOf, type Processor } from '@vision-agents/core';
import type { Rule } from '../../contract/rule.ts';
import type { ProcessorBench } from '../processor-bench.ts';

export const agentRules: readonly Rule<ProcessorBench>[] = [
  {
    id: 'state-is-readable',
    title: 'tells a model its state at any time: a text, or what JSON can say',
    async run(bench) {
      const { processor } = bench.create();
      await readState(bench, processor, 'before start()');
      await processor.start();
      await bench.work(processor);
      await readState(bench, processor, 'at work');
      await processor.close();
      await readState(bench, processor, 'after close()');
    },
  },
  {
    id: 'lends-functions-once',
    title: 'lends an agent the same functions whether it is attached before or after the start',
    async run(bench) {
      const [early, late] = [bench.model(), bench.model()];
      const { processor } = bench.create();
      processor.attachAgent(early);
      await processor.start();
      const names = early.functionNames.toSorted();
      processor.attachAgent(early);
      assert.deepEqual(
        early.functionNames.toSorted(),
        names,
        'the same agent must have each function once',
      );
      const { processor: other } = await bench.start();
      other.attachAgent(late);
      assert.deepEqual(
        late.functionNames.toSorted(),
        names,
        'after start() it must lend the same functions',
      );
    },
  },
  {
    id: 'takes-functions-back',
    title: 'takes its functions back when it gets another agent, and when it closes',
    async run(bench) {
      const [first, second] = [bench.model(), bench.model()];
      first.registerFunction({ name: 'not_its_own', description: '', execute: () => 1 });
      const { processor } = await bench.start();
      processor.attachAgent(first);
      processor.attachAgent(second);
      assert.deepEqual(
        first.functionNames,
        ['not_its_own'],
        'the agent before must have its own functions, and no other',
      );
      await processor.close();
      assert.deepEqual(second.functionNames, [], 'after close() no function may be left');
    },
  },
];

/** Asks a model that is told the state, as an agent does. */
async function readState(bench: ProcessorBench, processor: Processor, when: string): Promise<void> {
  const model = bench.model();
  const failures: string[] = [];
  model.events.on(ComponentErrorEvent, ({ error }) => void failures.push(error.message));
  for await (const item of model.simpleResponse('What is going on?', { processors: [processor] }))
    assert(item.type !== 'final' || item.text === 'Yes.');
  assert.deepEqual(failures, [], `state() must not fail, ${when}`);
  const told = model.requests.flatMap(({ messages }) => messages.map(textOf)).join('\n');
  const hasState = processor.state() !== undefined && processor.state() !== '';
  assert.equal(
    told.includes(`${processor.name}: `),
    hasState,
    `the model must be told the state, ${when}`,
  );
}
