import { strict as assert } from 'node:assert';
import { withoutEnvironment } from '../../contract/environment.ts';
import { construct, credentialsOf, environmentOf } from '../../contract/plugin-options.ts';
import type { Rule } from '../../contract/rule.ts';
import type { ProcessorBench } from '../processor-bench.ts';

export const optionRules: readonly Rule<ProcessorBench>[] = [
  {
    id: 'says-which-key-is-missing',
    title: 'throws at construction when a key is missing, and says what to set',
    async run(bench) {
      const { processor } = bench.create();
      const env = environmentOf(processor);
      await withoutEnvironment(Object.values(env), () => {
        for (const [option, variable] of credentialsOf(processor)) {
          assert.throws(
            () => construct(processor, {}),
            ({ message }: Error) => message.includes(option) && message.includes(variable),
            `without ${option}, the error must name ${option} and ${variable}`,
          );
        }
      });
    },
  },
];
