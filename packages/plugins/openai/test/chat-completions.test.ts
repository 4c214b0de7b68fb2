import { LLMResponseFinalEvent, ToolEndEvent, ToolStartEvent } from '@vision-agents/core';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ChatCompletionsLLM } from '../src/index.ts';
import { ask, fail, registerWeather, weatherRounds } from './support/ask.ts';
import { FakeChat, TEST_KEY, testOptions } from './support/fake-chat.ts';

const server = new FakeChat();
const made: ChatCompletionsLLM[] = [];

function create(
  input: ConstructorParameters<typeof ChatCompletionsLLM>[0] = {},
): ChatCompletionsLLM {
  const llm = new ChatCompletionsLLM({ ...testOptions(server), ...input });
  made.push(llm);
  return llm;
}

beforeEach(() => server.start());
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(made.splice(0).map((llm) => llm.close()));
  await server.stop();
});

const body = (index = -1): unknown => server.requests.at(index)?.json();

describe('a conversation', () => {
  it('goes over several rounds of several functions: events, history and what was used', async () => {
    const llm = create({ model: 'gpt-5.4-nano' });
    llm.setInstructions('Be brief.');
    const called = registerWeather(llm);
    const events: string[] = [];
    llm.events.on(ToolStartEvent, ({ toolName }) => void events.push(`start ${toolName}`));
    llm.events.on(
      ToolEndEvent,
      ({ toolName, success }) => void events.push(`end ${toolName} ${String(success)}`),
    );
    llm.events.on(LLMResponseFinalEvent, ({ text }) => void events.push(text));
    for (const reply of weatherRounds) server.reply(reply);
    const { deltas, final } = await ask(llm, 'What is the weather?');

    expect(deltas).toEqual(['One', ' moment.', ' Rome', ' is', ' sunny,', ' Oslo', ' is', ' not.']);
    expect(final).toMatchObject({
      text: 'One moment. Rome is sunny, Oslo is not.',
      model: 'gpt-5.4-nano',
    });
    expect([final.inputTokens, final.outputTokens]).toEqual([21, 11]);
    expect(called).toEqual(['Rome', 'Oslo', 'time']);
    expect(events.slice(0, 2)).toEqual(['start get_weather', 'start get_weather']);
    expect(events.slice(-3)).toEqual(['start get_time', 'end get_time true', final.text]);
    expect(server.prompts.map(({ instructions }) => instructions)).toEqual([
      'Be brief.',
      'Be brief.',
      'Be brief.',
    ]);

    const roles = ['user', 'assistant', 'tool', 'tool', 'assistant', 'tool'];
    expect(server.prompts[2]?.messages.map(({ role }) => role)).toEqual(roles);
    await ask(llm, 'Thanks!');
    expect(server.prompts[3]?.messages.map(({ role }) => role)).toEqual([
      ...roles,
      'assistant',
      'user',
    ]);
    server.assertDone();
  });

  it('goes on after an interruption with what was heard', async () => {
    const llm = create();
    server.reply({ text: 'Umbrellas are recommended for tomorrow.', holdAfter: 2 });
    const abort = new AbortController();
    const heard: string[] = [];
    for await (const item of llm.simpleResponse('Rain?', { signal: abort.signal, turnId: 't' })) {
      heard.push(item.type === 'delta' ? item.delta : 'final');
      if (heard.length === 2) abort.abort();
    }
    expect(heard).toEqual(['Umbrellas', ' are']);
    await server.changes.until('the request is gone', () => server.openConnections === 0);
    llm.conversation.cutTo('t', 'Umbrellas');
    await ask(llm, 'And?');
    expect(server.prompts[1]?.messages.map(({ text }) => text)).toEqual([
      'Rain?',
      'Umbrellas',
      'And?',
    ]);
    server.assertDone();
  });

  it('says who speaks, and shows images', async () => {
    const llm = create();
    const image = { type: 'image', mimeType: 'image/png', data: new Uint8Array([1, 2]) } as const;
    const participant = { id: '1', userId: 'ada', name: 'Ada L.' };
    for await (const _item of llm.simpleResponse('Look', { participant, images: [image] }))
      continue;
    expect(server.prompts[0]?.messages[0]).toMatchObject({
      name: 'Ada_L',
      text: 'Look',
      images: ['data:image/png;base64,AQI='],
    });
  });
});

describe('options', () => {
  it('sends what it is told', async () => {
    const llm = create({
      model: 'm',
      temperature: 0.2,
      maxTokens: 50,
      reasoningEffort: 'low',
      usage: false,
      fields: { seed: 7 },
      headers: { 'x-title': 'Test' },
    });
    await ask(llm, 'Hello?');
    expect(body()).toEqual({
      model: 'm',
      temperature: 0.2,
      max_tokens: 50,
      reasoning_effort: 'low',
      seed: 7,
      stream: true,
      messages: [{ role: 'user', content: 'Hello?' }],
    });
    expect(server.requests[0]?.headers.get('x-title')).toBe('Test');
  });

  it('names the limit of OpenAI by its own name', async () => {
    const bodies: unknown[] = [];
    const client = new OpenAI({
      apiKey: 'sk-own-key',
      fetch: async (url, init) => {
        bodies.push(await new Request(url, init).json());
        return new Response('data: [DONE]\n\n', {
          headers: { 'content-type': 'text/event-stream' },
        });
      },
    });
    const llm = create({ baseUrl: undefined, apiKey: undefined, client, maxTokens: 5 });
    await ask(llm, 'Hello?');
    expect(bodies).toMatchObject([{ max_completion_tokens: 5 }]);
  });

  it.each([
    ['gpt-6-luna', undefined, 'none'],
    ['gpt-5.4', undefined, 'none'],
    ['gpt-6-luna', 'high', 'high'],
    ['gpt-5.2-pro', undefined, undefined],
    ['gpt-4o', undefined, undefined],
    ['llama3.2', undefined, undefined],
  ] as const)('has %s think as it is told (%s): %s', async (model, reasoningEffort, sent) => {
    await ask(create({ model, reasoningEffort }), 'Hello?');
    expect(body()).toMatchObject(sent ? { reasoning_effort: sent } : {});
    expect(JSON.stringify(body()).includes('effort')).toBe(sent !== undefined);
  });

  it('tells what to do about a model that is to think and to call functions', async () => {
    const llm = create({ reasoningEffort: 'high' });
    registerWeather(llm);
    expect((await fail(llm)).message).toContain('use /v1/responses');
  });

  it('passes on a null that the function takes itself', async () => {
    const llm = create({ strictTools: true });
    const given: unknown[] = [];
    llm.registerFunction({
      name: 'book',
      description: 'Books a table',
      parameters: z.object({
        at: z.string().optional(),
        place: z.enum(['in', 'out']).nullable().optional(),
        note: z.string().nullish(),
      }),
      execute: (args) => void given.push(args),
    });
    server.reply({
      toolCalls: [{ name: 'book', arguments: { at: null, place: null, note: null } }],
    });
    await ask(llm, 'A table, please');
    expect(given).toEqual([{ place: null, note: null }]);
  });

  it('holds a model to the parameters of its functions', async () => {
    const llm = create({ strictTools: true });
    const given: unknown[] = [];
    llm.registerFunction({
      name: 'book',
      description: 'Books a table',
      parameters: z.object({
        at: z.string(),
        guests: z.array(z.object({ name: z.string(), child: z.boolean().optional() })).optional(),
        place: z.enum(['in', 'out']).optional(),
      }),
      execute: (args) => void given.push(args),
    });
    const guests = [{ name: 'Ada', child: null }];
    server.reply({
      toolCalls: [{ name: 'book', arguments: { at: '12:00', guests, place: null } }],
    });
    await ask(llm, 'A table, please');

    expect(given).toEqual([{ at: '12:00', guests: [{ name: 'Ada' }] }]);
    const child = { type: ['boolean', 'null'] };
    const object = { type: 'object', additionalProperties: false };
    expect(body(0)).toMatchObject({
      tools: [
        {
          function: {
            strict: true,
            parameters: {
              ...object,
              required: ['at', 'guests', 'place'],
              properties: {
                guests: {
                  type: ['array', 'null'],
                  items: { ...object, required: ['name', 'child'], properties: { child } },
                },
                place: { type: ['string', 'null'], enum: ['in', 'out', null] },
              },
            },
          },
        },
      ],
    });
    // What is registered stays as it is.
    expect(llm.getAvailableFunctions()[0]?.parametersSchema['required']).toEqual(['at']);
  });
});

describe('the key', () => {
  it('is not needed elsewhere, and that of OpenAI is not sent there', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-of-openai');
    const llm = create({ apiKey: undefined });
    await fail(llm);
    expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer none');
  });

  it('of the environment goes with the address of the environment', async () => {
    vi.stubEnv('OPENAI_API_KEY', TEST_KEY);
    vi.stubEnv('OPENAI_BASE_URL', `${server.url}/v1`);
    const llm = create({ apiKey: undefined, baseUrl: undefined });
    await ask(llm, 'Hello?');
    server.assertDone();
  });

  it('is needed where the address is empty, which is that of OpenAI', () => {
    vi.stubEnv('OPENAI_API_KEY', undefined);
    vi.stubEnv('OPENAI_BASE_URL', undefined);
    expect(() => create({ apiKey: undefined, baseUrl: '' })).toThrow(/apiKey is missing/);
  });

  it('may be missing in the environment where the address is not of OpenAI', async () => {
    vi.stubEnv('OPENAI_API_KEY', undefined);
    vi.stubEnv('OPENAI_BASE_URL', `${server.url}/v1`);
    const llm = create({ apiKey: undefined, baseUrl: undefined });
    await fail(llm);
    expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer none');
    expect(() => create({ apiKey: undefined, baseUrl: 'https://eu.api.openai.com/v1' })).toThrow(
      /apiKey is missing.*OPENAI_API_KEY/,
    );
  });

  it('is shown nowhere, also when the provider repeats it', async () => {
    const llm = create();
    server.reply({ ending: 'error', message: `the key ${TEST_KEY} is over its limit` });
    const error = await fail(llm);
    expect(error.message).toContain('the key [redacted] is over its limit');
    expect(JSON.stringify(error)).not.toContain(TEST_KEY);
  });

  it('is that of a client that was passed in, which is used as it is and never closed', async () => {
    const client = new OpenAI({ apiKey: TEST_KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
    const llm = create({ baseUrl: undefined, apiKey: undefined, client });
    expect((await ask(llm, 'Hello?')).final.text).toBe('You said: Hello?');
    server.reply({ ending: 'error', message: `the key ${TEST_KEY} is over its limit` });
    expect((await fail(llm)).message).not.toContain(TEST_KEY);
    server.refuse(429, { retryAfterSeconds: 3 });
    expect(await fail(llm)).toMatchObject({ kind: 'rate-limit', status: 429, retryAfterMs: 3_000 });
    server.accept();
    await llm.close();
    await client.chat.completions.create({
      model: 'm',
      messages: [{ role: 'user', content: 'x' }],
    });
  });
});
