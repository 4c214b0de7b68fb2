import { strict as assert } from 'node:assert';
import type { LLM } from '@vision-agents/core';
import type { Rule } from '../../contract/rule.ts';
import type { FakePrompt } from '../../fake/index.ts';
import type { LLMBench } from '../llm-bench.ts';

const parameters = {
  type: 'object',
  properties: {
    city: { type: 'string', description: 'Where' },
    days: { type: 'array', items: { type: 'object', properties: { day: { type: 'integer' } } } },
    unit: { anyOf: [{ enum: ['C', 'F'] }, { type: 'null' }] },
  },
  required: ['city'],
};

const description = 'The weather in a city. Ask before you answer.';

function registerWeather(llm: LLM, execute: (args: Record<string, unknown>) => unknown): void {
  llm.registerFunction({ name: 'get_weather', description, parameters, execute });
}

/** The results that the model was given, by the call's id. */
function resultsOf({ messages }: FakePrompt): Record<string, string> {
  return Object.fromEntries(
    messages.flatMap(({ toolCallId, text }) =>
      toolCallId === undefined ? [] : [[toolCallId, text]],
    ),
  );
}

/** Has the model call functions, and then answer "Done.": resolves with the results that it was given. */
async function call(
  bench: LLMBench,
  llm: LLM,
  toolCalls: readonly { name: string; arguments?: unknown; invented?: boolean }[],
): Promise<string[]> {
  bench.provider.reply({ toolCalls });
  bench.provider.reply({ text: 'Done.' });
  const { text } = await bench.ask(llm, 'What is the weather?');
  assert.equal(text, 'Done.', 'the answer after the calls must come out');
  assert.deepEqual(bench.provider.violations, [], 'the provider must not complain');
  return Object.values(resultsOf(bench.prompt));
}

export const functionRules: readonly Rule<LLMBench>[] = [
  {
    id: 'offers-functions',
    title: 'offers the model the functions, with their descriptions and parameters',
    async run(bench) {
      const { llm } = await bench.start();
      await bench.ask(llm, 'Hello?');
      assert.deepEqual(bench.prompt.tools, [], 'without functions none may be offered');
      registerWeather(llm, () => null);
      await bench.ask(llm, 'Hello?');
      assert.deepEqual(
        bench.prompt.tools,
        [{ name: 'get_weather', description, parameters }],
        'the function must be offered as it was registered',
      );
      llm.unregisterFunction('get_weather');
      await bench.ask(llm, 'Hello?');
      assert.deepEqual(bench.prompt.tools, [], 'an unregistered function must not be offered');
    },
  },
  {
    id: 'calls-functions',
    title: 'calls a function with its arguments, and tells the model the result',
    async run(bench) {
      const { llm } = await bench.start();
      const given: unknown[] = [];
      registerWeather(llm, (args) => {
        given.push(args);
        return { sky: 'clear' };
      });
      const args = { city: 'Zürich', days: [{ day: 1 }, { day: 2 }], unit: null };
      const results = await call(bench, llm, [{ name: 'get_weather', arguments: args }]);
      assert.deepEqual(given, [args], 'the function must be given what the model wrote');
      assert.deepEqual(results, ['{"sky":"clear"}'], 'the model must be told the result');
    },
  },
  {
    id: 'calls-several-functions',
    title: 'makes several calls of one round, and tells each result under its own call',
    async run(bench) {
      const { llm } = await bench.start();
      registerWeather(llm, ({ city }) => `sunny in ${String(city)}`);
      const results = await call(
        bench,
        llm,
        ['Rome', 'Oslo'].map((city) => ({ name: 'get_weather', arguments: { city } })),
      );
      assert.deepEqual(
        results,
        ['sunny in Rome', 'sunny in Oslo'],
        'each call must have its result',
      );
      const asking = bench.prompt.messages.find(({ toolCalls }) => toolCalls.length > 0);
      assert.deepEqual(
        asking?.toolCalls.map(({ id }) => id),
        Object.keys(resultsOf(bench.prompt)),
        'the results must have the ids of the calls',
      );
    },
  },
  {
    id: 'tells-bad-arguments',
    title: 'tells the model when its arguments are no JSON, and does not call the function',
    async run(bench) {
      const { llm } = await bench.start();
      let calls = 0;
      llm.registerFunction({ name: 'count', description: 'Counts', execute: () => (calls += 1) });
      const results = await call(bench, llm, [{ name: 'count', arguments: '{"city": "Ro' }]);
      assert.equal(calls, 0, 'a function must not be called with arguments that are no JSON');
      assert.match(results.join(), /error/, 'the model must be told what is wrong');
    },
  },
  {
    id: 'tells-unknown-functions',
    title: 'tells the model when there is no such function',
    async run(bench) {
      const { llm } = await bench.start();
      registerWeather(llm, () => 'sunny');
      const results = await call(bench, llm, [{ name: 'get_wether', invented: true }]);
      assert.match(
        results.join(),
        /error/,
        'the model must be told that there is no such function',
      );
    },
  },
  {
    id: 'tells-failures',
    title: 'tells the model when a function fails, and goes on',
    async run(bench) {
      const { llm, errors } = await bench.start();
      registerWeather(llm, () => {
        throw new Error('the satellite is down');
      });
      const results = await call(bench, llm, [
        { name: 'get_weather', arguments: { city: 'Rome' } },
      ]);
      assert.match(results.join(), /the satellite is down/, 'the model must be told');
      assert.deepEqual(errors, [], "a function's failure is no error of the provider");
    },
  },
  {
    id: 'answers-at-last',
    title: 'has the model answer without functions after as many rounds as it may have',
    async run(bench) {
      const { llm } = await bench.start();
      registerWeather(llm, ({ city }) => `sunny in ${String(city)}`);
      for (let round = 0; round < llm.maxToolRounds; round += 1) {
        const args = { city: `city ${round}` };
        bench.provider.reply({ toolCalls: [{ name: 'get_weather', arguments: args }] });
      }
      bench.provider.reply({ text: 'Sunny everywhere.' });
      const { text } = await bench.ask(llm, 'Where is it sunny?');
      assert.equal(text, 'Sunny everywhere.', 'the last answer must come out');
      assert.deepEqual(bench.prompt.tools, [], 'in the last round no function may be offered');
      assert.deepEqual(bench.provider.violations, [], 'the provider must not complain');
    },
  },
];
