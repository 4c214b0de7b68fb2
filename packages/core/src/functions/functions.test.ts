import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HurriedClock } from '../../test/hurried-clock.ts';
import { call, collect, say, ScriptedLLM, text } from '../../test/scripted-llm.ts';
import { ToolEndEvent, ToolStartEvent, type LLMPart } from '../llm/index.ts';
import type { JsonSchema, ParametersSchema } from './index.ts';

/** What the model is told of its calls, by the id of each. */
async function results(
  calls: readonly LLMPart[],
  register: (llm: ScriptedLLM) => void,
): Promise<Record<string, unknown>> {
  const llm = new ScriptedLLM([calls, [text('ok')]]);
  register(llm);
  await say(llm, 'Go');
  return Object.fromEntries(
    llm.conversation.messages.flatMap((message) =>
      message.role === 'tool' ? [[message.toolCallId, message.content]] : [],
    ),
  );
}

function schemaOf(parameters: ParametersSchema | JsonSchema | undefined): unknown {
  const llm = new ScriptedLLM();
  llm.registerFunction({ name: 'f', description: 'does', parameters, execute: () => null });
  return llm.getAvailableFunctions()[0]?.parametersSchema;
}

describe('the parameters of a function', () => {
  it('become JSON Schema: nested objects, unions, optionals, enums, arrays and descriptions', () => {
    const parameters = z.object({
      guest: z.object({ name: z.string().describe('As on the booking'), age: z.int().optional() }),
      time: z.union([z.string(), z.number()]),
      table: z.enum(['window', 'garden']).nullable(),
      tags: z.array(z.string()).default([]),
    });
    expect(schemaOf(parameters)).toEqual({
      type: 'object',
      properties: {
        guest: {
          type: 'object',
          properties: {
            name: { type: 'string', description: 'As on the booking' },
            age: {
              type: 'integer',
              minimum: Number.MIN_SAFE_INTEGER,
              maximum: Number.MAX_SAFE_INTEGER,
            },
          },
          required: ['name'],
        },
        time: { type: ['string', 'number'] },
        table: { anyOf: [{ type: 'string', enum: ['window', 'garden'] }, { type: 'null' }] },
        tags: { type: 'array', items: { type: 'string' }, default: [] },
      },
      required: ['guest', 'time', 'table'],
    });
  });

  it('become JSON Schema: unions of objects, constants, records and the description of a whole', () => {
    const parameters = z.object({
      drink: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('wine'), year: z.int32() }),
          z.object({ kind: z.literal('water'), sparkling: z.boolean().optional() }),
        ])
        .describe('What to bring'),
      notes: z.record(z.string(), z.string()),
    });
    expect(schemaOf(parameters)).toMatchObject({
      properties: {
        drink: {
          description: 'What to bring',
          oneOf: [
            {
              type: 'object',
              properties: { kind: { type: 'string', const: 'wine' }, year: { type: 'integer' } },
              required: ['kind', 'year'],
            },
            {
              type: 'object',
              properties: { kind: { const: 'water' }, sparkling: { type: 'boolean' } },
              required: ['kind'],
            },
          ],
        },
        notes: { type: 'object', additionalProperties: { type: 'string' } },
      },
      required: ['drink', 'notes'],
    });
  });

  it('are none unless given, and JSON Schema as it is', () => {
    expect(schemaOf(undefined)).toEqual({
      type: 'object',
      properties: {},
      additionalProperties: false,
    });
    const schema = { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' };
    expect(schemaOf(schema)).toEqual({ type: 'object' });
    expect(schema).toHaveProperty('$schema');
  });

  it.each([
    ['no object', z.string(), /are not an object/],
    ['no object, as JSON Schema', { type: 'string' }, /are not an object/],
    ['what JSON has no word for', z.object({ when: z.date() }), /can't be told as JSON Schema/],
  ])('are refused when they are %s', (_what, parameters, message) => {
    expect(() => schemaOf(parameters)).toThrow(message);
  });

  it('need a schema that knows its JSON Schema', () => {
    const old = { '~standard': { version: 1, vendor: 'old', validate: () => ({ value: {} }) } };
    expect(() => schemaOf(old)).toThrow(/install zod 4\.2 or later/);
  });

  it('are told as copies, so that no plugin changes them', () => {
    const llm = new ScriptedLLM();
    llm.registerFunction({ name: 'f', description: '', execute: () => null });
    const [tool] = llm.getAvailableFunctions();
    if (tool) tool.parametersSchema['type'] = 'changed';
    expect(llm.getAvailableFunctions()[0]?.parametersSchema['type']).toBe('object');
  });
});

describe('registering a function', () => {
  it('takes a name once, until it is unregistered', () => {
    const llm = new ScriptedLLM();
    const definition = { name: 'f', description: '', execute: () => null };
    llm.registerFunction(definition);
    expect(() => llm.registerFunction(definition)).toThrow(/unregisterFunction\("f"\)/);
    expect([llm.unregisterFunction('f'), llm.unregisterFunction('f')]).toEqual([true, false]);
    llm.registerFunction(definition);
    expect(() => llm.registerFunction({ ...definition, name: 'a b' })).toThrow(/"a b"/);
  });
});

describe('calling functions', () => {
  it('validates the arguments, and gives the function what the schema makes of them', async () => {
    const given: unknown[] = [];
    const told = await results(
      [
        call('book', { seats: '4' }, 'good'),
        call('book', { seats: 'many' }, 'bad'),
        call('book', '{"seats": 4', 'malformed'),
        call('book', '', 'empty'),
        call('cook', {}, 'unknown'),
      ],
      (llm) =>
        llm.registerFunction({
          name: 'book',
          description: '',
          parameters: z.object({ seats: z.coerce.number().meta({ type: 'number' }) }),
          execute: ({ seats }) => given.push(seats),
        }),
    );
    expect(given).toEqual([4]);
    expect(told).toEqual({
      good: '1',
      bad: expect.stringContaining('seats: '),
      malformed: expect.stringContaining('are not JSON'),
      empty: expect.stringContaining('seats: '),
      unknown: '{"error":"There is no function \\"cook\\"; there is book"}',
    });
  });

  it('validates them against JSON Schema too', async () => {
    const told = await results(
      [call('mcp', { n: 'x', extra: 1 }, 'bad'), call('mcp', { n: 1 })],
      (llm) =>
        llm.registerFunction({
          name: 'mcp',
          description: '',
          parameters: {
            type: 'object',
            properties: { n: { type: 'number' } },
            required: ['n'],
            additionalProperties: false,
          },
          execute: ({ n }) => n,
        }),
    );
    expect(told['id-mcp']).toBe('1');
    expect(told['bad']).toMatch(/n: Instance type .*extra/);
  });

  it('tells whatever comes of it: text, JSON, nothing, an error, what is no JSON', async () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const outcomes: Record<string, () => unknown> = {
      text: () => 'text',
      object: () => ({ a: [1, null] }),
      nothing: () => undefined,
      thrown: () => {
        throw new RangeError('too far');
      },
      rejected: () => Promise.reject(new Error('later')),
      returned: () => new Error('given back'),
      circular: () => circular,
      bigint: () => 1n,
      symbol: () => Symbol('s'),
      big: () => ({ rows: Array.from({ length: 20_000 }, (_, row) => row) }),
      long: () => `${'a'.repeat(59_998)}\u{1F5D1}${'b'.repeat(10)}`,
    };
    const told = await results(
      Object.keys(outcomes).map((name) => call(name)),
      (llm) => {
        for (const [name, execute] of Object.entries(outcomes))
          llm.registerFunction({ name, description: '', execute });
      },
    );
    expect(told).toEqual({
      'id-text': 'text',
      'id-object': '{"a":[1,null]}',
      'id-nothing': 'null',
      'id-thrown': '{"error":"too far"}',
      'id-rejected': '{"error":"later"}',
      'id-returned': '{"error":"given back"}',
      'id-circular': expect.stringMatching(/^\{"error":".*circular/i),
      'id-bigint': expect.stringMatching(/^\{"error":".*BigInt/),
      'id-symbol': '{"error":"a symbol can\'t be told to a model"}',
      'id-big': expect.stringMatching(/^\{"rows":\[0,1,2,.*…$/),
      'id-long': `${'a'.repeat(59_998)}…`,
    });
    expect(String(told['id-big'])).toHaveLength(60_000);
  });

  it('calls what is repeated once, in a round and over rounds, whatever the order of its arguments', async () => {
    let made = 0;
    const llm = new ScriptedLLM([
      [call('f', '{"a":1,"b":{"c":2,"d":3}}', '1'), call('f', '{"b":{"d":3,"c":2},"a":1}', '2')],
      [call('f', { a: 1, b: { c: 2, d: 3 } }, '3'), call('f', { a: 2 }, '4')],
      [text('ok')],
    ]);
    llm.registerFunction({
      name: 'f',
      description: '',
      parameters: { type: 'object' },
      execute: () => (made += 1),
    });
    await say(llm, 'Go');
    const told = llm.conversation.messages.flatMap((message) =>
      message.role === 'tool' ? [`${message.toolCallId}: ${message.content}`] : [],
    );
    expect(told).toEqual(['1: 1', '2: 1', '3: 1', '4: 2']);
  });

  it('runs eight at once', async () => {
    let running = 0;
    let most = 0;
    const calls = Array.from({ length: 20 }, (_, index) => call('f', { index }, String(index)));
    const told = await results(calls, (llm) =>
      llm.registerFunction({
        name: 'f',
        description: '',
        parameters: { type: 'object' },
        execute: async ({ index }) => {
          running += 1;
          most = Math.max(most, running);
          await new Promise(setImmediate);
          running -= 1;
          return index;
        },
      }),
    );
    expect([most, Object.keys(told).length]).toEqual([8, 20]);
  });

  it('stops a function after thirty seconds, and goes on with the others', async () => {
    const clock = new HurriedClock(30_000);
    const llm = new ScriptedLLM([[call('slow'), call('quick')], [text('ok')]]).useClock(clock);
    const stopped = Promise.withResolvers<unknown>();
    llm.registerFunction({ name: 'quick', description: '', execute: () => 'here' });
    llm.registerFunction({
      name: 'slow',
      description: '',
      execute: (_args, { signal }) => {
        signal.addEventListener('abort', () => stopped.resolve(signal.reason));
        setImmediate(() => clock.pass(30_000));
        return new Promise(() => undefined);
      },
    });
    expect(await say(llm, 'Go')).toBe('ok');
    expect(String(await stopped.promise)).toContain('slow did not finish within 30000 ms');
    expect(llm.conversation.messages.map(({ content }) => content)).toContain('here');
    expect(clock.pending).toBe(0);
  });

  it('tells observers of each call, and of who asked the function itself', async () => {
    const llm = new ScriptedLLM([[call('good', { a: 1 }), call('bad', 'no json')], [text('ok')]]);
    const seen: unknown[] = [];
    llm.events.on(ToolStartEvent, (event) => void seen.push([event.toolName, event.arguments]));
    llm.events.on(ToolEndEvent, ({ toolName, success, error, executionTimeMs }) => {
      seen.push([toolName, success, error, typeof executionTimeMs]);
    });
    const participant = { id: '1', userId: 'ada' };
    llm.registerFunction({
      name: 'good',
      description: '',
      parameters: { type: 'object' },
      execute: (_args, context) => void seen.push([context.participant, context.toolCallId]),
    });
    await collect(llm.simpleResponse('Go', { participant }));
    expect(seen).toEqual(
      expect.arrayContaining([
        ['good', { a: 1 }],
        ['bad', 'no json'],
        [participant, 'id-good'],
        ['good', true, undefined, 'number'],
        ['bad', false, expect.stringContaining('There is no function'), 'number'],
      ]),
    );
    expect(llm.metrics.get('llm.tool_calls')?.sum).toBe(2);
  });
});
