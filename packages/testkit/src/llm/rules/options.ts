import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { watchEnvironment, withoutEnvironment } from '../../contract/environment.ts';
import {
  construct,
  credentialsOf,
  environmentOf,
  secretsOf,
} from '../../contract/plugin-options.ts';
import { recordOutput } from '../../contract/record-output.ts';
import type { Rule } from '../../contract/rule.ts';
import type { LLMBench } from '../llm-bench.ts';

export const optionRules: readonly Rule<LLMBench>[] = [
  {
    id: 'says-which-key-is-missing',
    title: 'throws at construction when a key is missing, and says what to set',
    async run(bench) {
      const { llm } = bench.create();
      const env = environmentOf(llm);
      await withoutEnvironment(Object.values(env), () => {
        for (const [option, variable] of credentialsOf(llm)) {
          assert.throws(
            () => construct(llm, {}),
            ({ message }: Error) => message.includes(option) && message.includes(variable),
            `without ${option}, the constructor must throw an error that names ${option} and ${variable}`,
          );
        }
      });
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
          const { llm } = bench.create();
          read.length = 0;
          await llm.start();
          await bench.ask(llm, 'Hello?');
          await llm.close();
          const own = new Set(Object.values(environmentOf(llm)));
          assert.deepEqual(
            read.filter((variable) => own.has(variable)),
            [],
            'an environment variable must not be read after construction',
          );
        },
      );
    },
  },
  {
    id: 'refuses-unknown-options',
    title: 'throws at construction when an option is unknown, and names it',
    async run(bench) {
      const { llm } = bench.create();
      const given = Object.keys(environmentOf(llm)).map((option) => [option, 'test-value']);
      assert.throws(
        () => construct(llm, { ...Object.fromEntries(given), modle: 'x' }),
        ({ message }: Error) => message.includes('modle'),
        'the option "modle" must be refused by name',
      );
    },
  },
  {
    id: 'keeps-secrets',
    title: 'shows no secret in an error, an event, a log, its history or itself',
    async run(bench) {
      const output = recordOutput();
      try {
        const observed = await bench.start();
        await bench.ask(observed.llm, 'Hello?');
        const secrets = bench.provider.requests.flatMap(secretsOf);
        const thrown: unknown[] = [];
        for (const secret of secrets) {
          const message = `the key ${secret} is over its limit`;
          bench.provider.reply({ text: 'One', ending: 'error', message });
          thrown.push(await bench.fail(observed, 'the complaint'));
        }
        const shown = inspect([observed.events, thrown, observed.llm], {
          depth: 12,
          showHidden: true,
        });
        for (const secret of secrets) {
          assert(
            !shown.includes(secret),
            'no secret may be in an error, an event or the component',
          );
          assert(!output.text().includes(secret), 'no secret may be in a log');
        }
      } finally {
        output.restore();
      }
    },
  },
];
