import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import type { Rule } from '../../contract/rule.ts';
import { watchEnvironment, withoutEnvironment } from '../../contract/environment.ts';
import {
  construct,
  credentialsOf,
  environmentOf,
  secretsOf,
} from '../../contract/plugin-options.ts';
import { recordOutput } from '../../contract/record-output.ts';
import type { STTBench } from '../stt-bench.ts';

export const optionRules: readonly Rule<STTBench>[] = [
  {
    id: 'reads-environment-once',
    title: 'reads its environment variables when it is made, and never after',
    async run(bench) {
      const read: string[] = [];
      await watchEnvironment(
        (variable) => void read.push(variable),
        async () => {
          const { stt } = bench.create();
          read.length = 0;
          await stt.start();
          bench.speak(stt, bench.sentence(0).pcm);
          await bench.provider.expectAudio({ durationMs: 300 });
          await stt.close();
          const own = new Set(Object.values(environmentOf(stt)));
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
      const { stt } = bench.create();
      const env = environmentOf(stt);
      const input = {
        ...Object.fromEntries(Object.keys(env).map((option) => [option, 'test-value'])),
        modle: 'x',
      };
      assert.throws(
        () => construct(stt, input),
        ({ message }: Error) => message.includes('modle'),
        'the option "modle" must be refused by name',
      );
    },
  },
];

/** Rules for a plugin whose provider wants a key. */
export const keyRules: readonly Rule<STTBench>[] = [
  {
    id: 'says-which-key-is-missing',
    title: 'throws at construction when a key is missing, and says what to set',
    async run(bench) {
      const { stt } = bench.create();
      const env = environmentOf(stt);
      await withoutEnvironment(Object.values(env), () => {
        for (const [option, variable] of credentialsOf(stt)) {
          assert.throws(
            () => construct(stt, {}),
            ({ message }: Error) => message.includes(option) && message.includes(variable),
            `without ${option}, the constructor must throw an error that names ${option} and ${variable}`,
          );
        }
      });
    },
  },
  {
    id: 'keeps-secrets',
    title: 'shows no secret in an error, an event, a log or itself',
    async run(bench) {
      const output = recordOutput();
      try {
        const observed = await bench.start();
        bench.speak(observed.stt, bench.sentence(0).pcm);
        await bench.provider.expectAudio({ durationMs: 300 });
        const secrets = bench.provider.requests.flatMap(secretsOf);
        for (const secret of secrets)
          await bench.complain(observed, `the key ${secret} is over its limit`);
        if (secrets.length > 0) {
          await bench.error(observed, 'the complaint', ({ message }) =>
            message.includes('over its limit'),
          );
          bench.provider.refuse(401);
          bench.provider.drop();
          if (bench.provider.transport !== 'socket')
            bench.speak(observed.stt, bench.sentence(1).pcm);
          await bench.error(observed, 'kind auth', ({ kind }) => kind === 'auth');
        }
        const shown = inspect([observed.events, observed.items, observed.stt], {
          depth: 12,
          showHidden: true,
        });
        const logged = output.text();
        for (const secret of secrets) {
          assert(
            !shown.includes(secret),
            'no secret may be in an error, an event or the component',
          );
          assert(!logged.includes(secret), 'no secret may be in a log');
        }
      } finally {
        output.restore();
      }
    },
  },
];
