import { describeLLM, VirtualClock } from '@vision-agents/testkit';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LLM, plugin } from '../src/index.ts';
import { ask, fail, registerWeather, weatherRounds } from './support/ask.ts';
import { TEST_KEY, testOptions } from './support/fake-chat.ts';
import { FakeResponses } from './support/fake-responses.ts';

// What every language model keeps to.
describeLLM({
  create: (provider) => new LLM(testOptions(provider)),
  provider: new FakeResponses(),
});

// What is particular to this one.
describe('what is particular to this plugin', () => {
  const server = new FakeResponses();
  const made: LLM[] = [];

  function create(input: ConstructorParameters<typeof LLM>[0] = {}): LLM {
    const llm = new LLM({ ...testOptions(server), ...input });
    made.push(llm);
    return llm;
  }

  beforeEach(() => server.start());
  afterEach(async () => {
    await Promise.all(made.splice(0).map((llm) => llm.close()));
    await server.stop();
  });

  const body = (index = -1): unknown => server.requests.at(index)?.json();

  it('is what the package provides', () => {
    expect(plugin.provides.llm).toBe(LLM);
  });

  it('sends what it is told, and has nothing kept', async () => {
    const llm = create({
      model: 'gpt-5.4',
      temperature: 0.2,
      maxTokens: 50,
      reasoningEffort: 'low',
      fields: { metadata: { call: '7' } },
      headers: { 'x-title': 'Test' },
    });
    llm.setInstructions('Be brief.');
    const { final } = await ask(llm, 'Hello?');
    expect(final).toMatchObject({ model: 'gpt-5.4', inputTokens: 1, outputTokens: 3 });
    expect(body()).toEqual({
      model: 'gpt-5.4',
      temperature: 0.2,
      max_output_tokens: 50,
      reasoning: { effort: 'low' },
      include: ['reasoning.encrypted_content'],
      store: false,
      metadata: { call: '7' },
      instructions: 'Be brief.',
      input: [{ role: 'user', content: 'Hello?' }],
      stream: true,
    });
    expect(server.requests[0]?.headers.get('x-title')).toBe('Test');
    server.assertDone();
  });

  it.each([false, true])(
    'gives a model what it thought back, within its answer (items only as they are done: %s)',
    async (withoutOutput) => {
      server.habits = { reasons: true, withoutOutput };
      const llm = create({ model: 'o4-mini' });
      const called = registerWeather(llm);
      for (const reply of weatherRounds) server.reply(reply);
      const { final } = await ask(llm, 'What is the weather?');
      expect(final.text).toBe('One moment. Rome is sunny, Oslo is not.');
      expect(called).toEqual(['Rome', 'Oslo', 'time']);
      const reasoning = { type: 'reasoning', encrypted_content: 'sealed rs_0' };
      const call = { type: 'function_call' };
      const output = { type: 'function_call_output' };
      expect(body()).toMatchObject({
        input: [
          { role: 'user' },
          reasoning,
          { role: 'assistant', content: 'One moment.' },
          call,
          call,
          output,
          output,
          reasoning,
          call,
          output,
        ],
      });
      await ask(llm, 'Thanks!');
      expect(JSON.stringify(body())).not.toContain('reasoning"');
      server.assertDone();
    },
  );

  it.each([
    ['gpt-4o', false],
    ['gpt-5-chat-latest', false],
    ['llama-3.3-70b', false],
    ['o3', true],
    ['gpt-6-sol', true],
  ])('asks %s for what it thought: %s', async (model, asked) => {
    await ask(create({ model }), 'Hello?');
    expect(JSON.stringify(body()).includes('encrypted_content')).toBe(asked);
    server.assertDone();
  });

  it('holds a model to the parameters of its functions', async () => {
    const llm = create({ strictTools: true });
    const given: unknown[] = [];
    llm.registerFunction({
      name: 'book',
      description: 'Books a table',
      parameters: z.object({ at: z.string(), guests: z.number().optional() }),
      execute: (args) => void given.push(args),
    });
    server.reply({ toolCalls: [{ name: 'book', arguments: { at: '12:00', guests: null } }] });
    await ask(llm, 'A table, please');
    expect(given).toEqual([{ at: '12:00' }]);
    expect(body(0)).toMatchObject({ tools: [{ strict: true }] });
    server.assertDone();
  });

  it('says a response that is cut to its greatest length, and calls nothing that is half', async () => {
    server.habits = { incomplete: 'max_output_tokens' };
    expect((await ask(create(), 'Hello?')).final.text).toBe('You said: Hello?');
  });

  it('fails with a response that a filter has ended', async () => {
    server.habits = { incomplete: 'content_filter' };
    expect(await fail(create())).toMatchObject({ kind: 'content', retryable: false });
  });

  it.each([
    ['error', 'rate_limit_exceeded', 'rate-limit'],
    ['error', 'server_error', 'network'],
    ['response.failed', 'invalid_prompt', 'unsupported'],
    ['response.failed', 'image_content_policy_violation', 'content'],
  ] as const)('fails with "%s" of code %s', async (failure, errorCode, kind) => {
    server.habits = { failure, errorCode };
    server.reply({ text: 'Umbrellas are', ending: 'error', message: `${TEST_KEY} broke` });
    const llm = create();
    const error = await fail(llm);
    expect(error).toMatchObject({ kind, message: 'openai: [redacted] broke' });
    expect(llm.conversation.messages).toEqual([{ role: 'user', content: 'Hello?' }]);
  });

  it('uses a client that is there already, and leaves it as it is', async () => {
    const client = new OpenAI({ apiKey: TEST_KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
    const llm = create({ apiKey: undefined, baseUrl: undefined, client });
    expect((await ask(llm, 'Hello?')).final.text).toBe('You said: Hello?');
    await llm.close();
    await client.responses.create({ model: 'm', input: 'x', store: false });
  });

  it('goes on after an interruption with what was heard', async () => {
    const llm = create();
    server.reply({ text: 'Umbrellas are recommended for tomorrow.', holdAfter: 2 });
    for await (const item of llm.simpleResponse('Rain?', { turnId: 't' }))
      if (item.type === 'delta' && item.delta === ' are') break;
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

  it('429, 500 and a silence of 30 s: says what is wrong, and leaves nothing open', async () => {
    const clock = new VirtualClock();
    const llm = create();
    llm.useClock(clock);
    server.refuse(429, { retryAfterSeconds: 60 });
    expect(await fail(llm)).toMatchObject({ kind: 'rate-limit', retryAfterMs: 60_000 });
    server.refuse(500);
    expect(await fail(llm)).toMatchObject({ kind: 'network', status: 500 });
    server.accept();
    server.reply({ text: 'Umbrellas are recommended.', holdAfter: 2 });
    const failed = fail(llm);
    await server.changes.until('it is asked', () => server.prompts.length === 1);
    expect(await clock.until(failed, { limitMs: 31_000, stepMs: 1_000 })).toMatchObject({
      kind: 'timeout',
    });
    expect(clock.pending).toBe(0);
    await server.changes.until('nothing is open', () => server.openConnections === 0);
  });
});
