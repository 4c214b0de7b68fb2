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
import { readAll, type TTSBench } from '../tts-bench.ts';

export const optionRules: readonly Rule<TTSBench>[] = [
  {
    id: 'says-which-key-is-missing',
    title: 'throws at construction when a key is missing, and says what to set',
    async run(bench) {
      const { tts } = bench.create();
      const env = environmentOf(tts);
      await withoutEnvironment(Object.values(env), () => {
        for (const [option, variable] of credentialsOf(tts)) {
          assert.throws(
            () => construct(tts, {}),
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
      const { tts } = bench.create();
      const env = environmentOf(tts);
      const given = Object.fromEntries(Object.keys(env).map((option) => [option, 'test-value']));
      assert.throws(
        () => construct(tts, { ...given, modle: 'x' }),
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
          const { tts } = bench.create();
          read.length = 0;
          await tts.start();
          await readAll(tts.send('Hello.'));
          await tts.close();
          const own = new Set(Object.values(environmentOf(tts)));
          const late = read.filter((variable) => own.has(variable));
          assert.deepEqual(late, [], 'no variable may be read after construction');
        },
      );
    },
  },
  {
    id: 'keeps-secrets',
    title: 'shows no secret in an error, an event, a log or itself',
    async run(bench) {
      const output = recordOutput();
      try {
        const observed = await bench.start();
        await readAll(observed.tts.send('Hello.'));
        const secrets = bench.provider.requests.flatMap(secretsOf);
        for (const secret of secrets) {
          bench.provider.voice.error(`the key ${secret} is over its limit`, { afterMs: 100 });
          await readAll(observed.tts.send('Hello again, and for longer.')).catch(() => undefined);
        }
        bench.provider.refuse(401);
        bench.provider.drop();
        await readAll(observed.tts.send('Hello.')).catch(() => undefined);
        const shown = inspect([observed.events, observed.tts], { depth: 12, showHidden: true });
        const logged = output.text();
        for (const secret of secrets) {
          assert(!shown.includes(secret), 'no secret may be in an error, an event or the plugin');
          assert(!logged.includes(secret), 'no secret may be in a log');
        }
      } finally {
        output.restore();
      }
    },
  },
];
