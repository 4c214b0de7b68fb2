import { strict as assert } from 'node:assert';
import type { Processor } from '@vision-agents/core';
import { watchEnvironment, withoutEnvironment } from '../../contract/environment.ts';
import type { Rule } from '../../contract/rule.ts';
import type { ProcessorBench } from '../processor-bench.ts';
import { useProcessor } from './lifecycle.ts';

const credential = /auth|key|token|secret|password|signature/i;

/** Makes another one with these options alone. */
function construct(processor: Processor, input: object): unknown {
  const pluginClass: unknown = processor.constructor;
  return typeof pluginClass === 'function' && Reflect.construct(pluginClass, [input]);
}

/** The variables that a plugin class reads, by option: its static `options.env`. */
function environmentOf(processor: Processor): Record<string, string> {
  const options: unknown = Reflect.get(processor.constructor, 'options');
  return { ...Object(Reflect.get(Object(options), 'env')) };
}

export const optionRules: readonly Rule<ProcessorBench>[] = [
  {
    id: 'says-which-key-is-missing',
    title: 'throws at construction when a key is missing, and says what to set',
    async run(bench) {
      const { processor } = bench.create();
      const env = environmentOf(processor);
      await withoutEnvironment(Object.values(env), () => {
        for (const [option, variable] of Object.entries(env)) {
          if (!credential.test(option)) continue;
          assert.throws(
            () => construct(processor, {}),
            ({ message }: Error) => message.includes(option) && message.includes(variable),
            `without ${option}, the error must name ${option} and ${variable}`,
          );
        }
      });
    },
  },
  {
    id: 'refuses-unknown-options',
    title: 'throws at construction when an option is unknown, and names it',
    async run(bench) {
      const { processor } = bench.create();
      const given = Object.keys(environmentOf(processor)).map((option) => [option, 'test-value']);
      assert.throws(
        () => construct(processor, { ...Object.fromEntries(given), modle: 'x' }),
        ({ message }: Error) => message.includes('modle'),
        'the option "modle" must be refused by name',
      );
    },
  },
  {
    id: 'reads-environment-once',
    title: 'reads its environment variables when it is made, and never after',
    async run(bench) {
      const read: string[] = [];
      await watchEnvironment(
        (variable) => void read.push(variable),
        async () => {
          const observed = bench.create();
          read.length = 0;
          await observed.processor.start();
          await useProcessor(bench, observed);
          await observed.processor.close();
          const own = new Set(Object.values(environmentOf(observed.processor)));
          const late = read.filter((variable) => own.has(variable));
          assert.deepEqual(late, [], 'no variable may be read after construction');
        },
      );
    },
  },
];
