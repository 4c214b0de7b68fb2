import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { watchEnvironment, withoutEnvironment } from '../../contract/environment.ts';
import { recordOutput } from '../../contract/record-output.ts';
import type { Rule } from '../../contract/rule.ts';
import type { TTSFakeRequest } from '../../fake/index.ts';
import { readAll, type TTSBench } from '../tts-bench.ts';

const credential = /auth|key|token|secret|password|signature/i;

/** The variables that a plugin class reads, by option: its static `options.env`. */
function environmentOf(pluginClass: object): Record<string, string> {
  const options: unknown = Reflect.get(pluginClass, 'options');
  const env: unknown =
    typeof options === 'object' && options !== null ? Reflect.get(options, 'env') : undefined;
  return typeof env === 'object' && env !== null ? { ...env } : {};
}

/** Makes another one with these options alone. */
function construct(bench: TTSBench, input: object): unknown {
  const pluginClass: unknown = bench.create().tts.constructor;
  return typeof pluginClass === 'function' && Reflect.construct(pluginClass, [input]);
}

/** What authenticates a request: in its query, or in its headers. */
function secretsOf({ url, headers }: TTSFakeRequest): string[] {
  const named = headers instanceof Headers ? [...headers] : Object.entries(Object(headers));
  return [...url.searchParams, ...named.filter(([name]) => name !== 'sec-websocket-key')].flatMap(
    ([name, value]) => (credential.test(name) ? [String(value).replace(/^\S+\s+/, '')] : []),
  );
}

export const optionRules: readonly Rule<TTSBench>[] = [
  {
    id: 'says-which-key-is-missing',
    title: 'throws at construction when a key is missing, and says what to set',
    async run(bench) {
      const env = environmentOf(bench.create().tts.constructor);
      await withoutEnvironment(Object.values(env), () => {
        for (const [option, variable] of Object.entries(env)) {
          if (!credential.test(option)) continue;
          assert.throws(
            () => construct(bench, {}),
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
      const env = environmentOf(bench.create().tts.constructor);
      const given = Object.fromEntries(Object.keys(env).map((option) => [option, 'test-value']));
      assert.throws(
        () => construct(bench, { ...given, modle: 'x' }),
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
          const own = new Set(Object.values(environmentOf(tts.constructor)));
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
