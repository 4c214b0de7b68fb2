import { ProviderError, type OptionsInput } from '@vision-agents/core';
import { describeLLM } from '@vision-agents/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LLM, plugin } from '../src/index.ts';
import { FakeProvider, testOptions } from './fake-llm.ts';

// What every language model keeps to. OpenAI's are offered the functions as they were registered.
describeLLM({
  create: (provider) => new LLM({ ...testOptions(provider), model: 'openai/gpt-5.4-mini' }),
  provider: new FakeProvider(),
});

describe('what is particular to this plugin', () => {
  const server = new FakeProvider();

  beforeEach(() => server.start());
  afterEach(() => server.stop());

  /** Asks a model of these options, and resolves with what it answers, and with the requests that it made. */
  async function ask(input: OptionsInput<typeof LLM.options>, { tools = false } = {}) {
    await using llm = new LLM({ ...testOptions(server), ...input });
    const called: unknown[] = [];
    if (tools) registerWeather(llm, called);
    const items = await Array.fromAsync(llm.simpleResponse('Hello?'));
    const bodies = server.requests.map((request) => z.looseObject({}).parse(request.json()));
    return { final: items.at(-1), bodies, body: bodies[0] ?? {}, called };
  }

  it('is what the package provides', () => {
    expect(plugin.provides.llm).toBe(LLM);
  });

  it('lets the router choose, and stays with its choice over a conversation', async () => {
    await using llm = new LLM(testOptions(server));
    for (const question of ['Hello?', 'And you?'])
      await Array.fromAsync(llm.simpleResponse(question));
    const { body } = await ask({});
    const sessions = server.requests.map((request) =>
      Reflect.get(Object(request.json()), 'session_id'),
    );
    expect(body).toMatchObject({ model: 'openrouter/auto' });
    expect(body).not.toHaveProperty('provider');
    expect(sessions[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(sessions[1]).toBe(sessions[0]);
    expect(sessions[2]).not.toBe(sessions[0]);
    server.assertDone();
  });

  it('asks the router for models that can call functions, where there are some', async () => {
    server.reply({ toolCalls: [{ name: 'get_weather', arguments: { city: 'Rome', day: null } }] });
    const { bodies, called } = await ask({ routing: { sort: 'latency' } }, { tools: true });
    for (const body of bodies)
      expect(body['provider']).toEqual({ require_parameters: true, sort: 'latency' });
    // What was left out comes as null from a model that is held to the parameters.
    expect(called).toEqual([{ city: 'Rome' }]);
    server.assertDone();
  });

  it('says which models and providers may serve, and names the app', async () => {
    const { body, final } = await ask({
      model: 'anthropic/claude-sonnet-4.5',
      models: ['google/gemini-2.5-flash'],
      autoModels: ['anthropic/*'],
      routing: { order: ['anthropic'], allow_fallbacks: false, max_price: { prompt: 1 } },
      app: { url: 'https://acme.example', title: 'Acme', categories: ['voice', 'games'] },
      temperature: 0.5,
      maxTokens: 100,
      fields: { top_p: 0.9 },
    });
    expect(final).toMatchObject({ type: 'final', model: 'anthropic/claude-sonnet-4.5' });
    expect(body).toMatchObject({
      models: ['google/gemini-2.5-flash'],
      plugins: [{ id: 'auto-router', allowed_models: ['anthropic/*'] }],
      provider: { order: ['anthropic'], allow_fallbacks: false, max_price: { prompt: 1 } },
      temperature: 0.5,
      max_tokens: 100,
      top_p: 0.9,
    });
    const { headers } = server.requests[0] ?? {};
    expect(headers?.get('http-referer')).toBe('https://acme.example');
    expect(headers?.get('x-openrouter-title')).toBe('Acme');
    expect(headers?.get('x-openrouter-categories')).toBe('voice,games');
  });

  it.each([
    ['openai/gpt-5.4-mini', undefined, false],
    ['mistralai/mistral-large', undefined, true],
    ['mistralai/mistral-large', false, false],
    ['openai/gpt-5.4-mini', true, true],
  ])('holds %s to the parameters of functions, when told %s: %s', async (model, told, strict) => {
    const { body } = await ask({ model, strictTools: told }, { tools: true });
    const { tools } = z
      .object({ tools: z.array(z.object({ function: z.looseObject({}) })) })
      .parse(body);
    expect(tools[0]?.function['strict']).toBe(strict ? true : undefined);
    const parameters = strict
      ? { required: ['city', 'day'], additionalProperties: false }
      : { required: ['city'] };
    expect(tools[0]?.function).toMatchObject({ parameters });
  });

  it('tells of a provider that fails in mid-stream by its status', async () => {
    server.reply({ text: 'One two', ending: 'error', message: 'Provider disconnected' });
    await using llm = new LLM(testOptions(server));
    const thrown: unknown = await Array.fromAsync(llm.simpleResponse('Hello?')).catch(
      (error: unknown) => error,
    );
    if (!ProviderError.isInstance(thrown)) throw new Error(`no ProviderError: ${String(thrown)}`);
    expect(thrown).toMatchObject({ provider: 'openrouter', kind: 'network', status: 502 });
    expect(thrown.message).toContain('Provider disconnected');
    expect(llm.conversation.messages.map(({ content }) => content)).toEqual(['Hello?']);
  });

  it('sends back what a model thought, with the results that it asked for', async () => {
    const thought = { type: 'reasoning.text', text: 'They want the weather.', format: 'unknown' };
    const thinking = new FakeProvider({
      delta: (saying) => (saying.type === 'start' ? { reasoning_details: [thought] } : {}),
    });
    await thinking.start();
    thinking.reply({
      toolCalls: [{ name: 'get_weather', arguments: { city: 'Rome', day: null } }],
    });
    await using llm = new LLM(testOptions(thinking));
    registerWeather(llm, []);
    await Array.fromAsync(llm.simpleResponse('Hello?'));
    expect(thinking.requests[1]?.json()).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', reasoning_details: [thought] },
        { role: 'tool' },
      ],
    });
    thinking.assertDone();
    await thinking.stop();
  });

  it('refuses preferences that can not be, and names them', () => {
    const input = { ...testOptions(server), routing: { sort: 'speed' } };
    expect(() => Reflect.construct(LLM, [input])).toThrow(/routing\.sort/);
  });
});

function registerWeather(llm: LLM, called: unknown[]): void {
  llm.registerFunction({
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: z.object({ city: z.string(), day: z.string().optional() }),
    execute: (args) => {
      called.push(args);
      return 'sunny';
    },
  });
}
