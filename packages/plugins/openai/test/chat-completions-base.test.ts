import { ComponentErrorEvent, type ToolSchema } from '@vision-agents/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ChatCompletionsBase,
  ChatCompletionsVideoBase,
  chatTool,
  type ChatContext,
  type ChatRequest,
} from '../src/index.ts';
import { ask, fail, registerWeather } from './support/ask.ts';
import { FakeChat, testOptions } from './support/fake-chat.ts';

const server = new FakeChat({ parameters: ['models', 'provider'] });

/** A provider that has to be told that a request is over, in a request of its own. */
class AcmeLLM extends ChatCompletionsBase {
  readonly done: string[] = [];
  broken = false;

  constructor() {
    super({
      ...testOptions(server),
      provider: 'acme',
      model: 'acme-1',
      headers: { 'x-title': 'Test' },
      fields: { models: ['a', 'b'] },
    });
  }

  protected override prepareRequest(
    { params, headers }: ChatRequest,
    { turnId, afterwards }: ChatContext,
  ): ChatRequest {
    afterwards(async ({ fetch, signal }) => {
      const { status } = await fetch(server.url, { method: 'DELETE', signal });
      this.done.push(`${turnId} ${status}`);
    });
    if (this.broken) throw new Error('no upload');
    const messages = [...params.messages, { role: 'user' as const, content: 'Also this.' }];
    return { params: { ...params, messages }, headers: { ...headers, 'x-turn': turnId } };
  }

  protected override convertToolsToProviderFormat(tools: readonly ToolSchema[]) {
    return tools.map((tool) => chatTool(tool, { strict: tool.name === 'get_weather' }));
  }
}

let llm: AcmeLLM;

beforeEach(async () => {
  await server.start();
  llm = new AcmeLLM();
});
afterEach(async () => {
  await llm.close();
  await server.stop();
});

const deleted = (): Promise<unknown> =>
  server.changes.until('it is cleaned up', () =>
    server.requests.some(({ method }) => method === 'DELETE'),
  );

describe('a plugin of another provider', () => {
  it('has its own name, headers, fields, messages and functions', async () => {
    registerWeather(llm);
    const { final } = await ask(llm, 'Hello?');
    expect(final.text).toBe('You said: Also this.');
    const [request] = server.requests;
    expect(request?.json()).toMatchObject({
      model: 'acme-1',
      models: ['a', 'b'],
      tools: [
        { function: { name: 'get_weather', strict: true } },
        { function: { name: 'get_time' } },
      ],
    });
    expect(request?.headers.get('x-title')).toBe('Test');
    expect(request?.headers.get('x-turn')).toMatch(/^[0-9a-f-]{36}$/);
    server.refuse(401);
    expect(await fail(llm)).toMatchObject({ provider: 'acme', kind: 'auth' });
  });

  it('cleans up after an answer, and after one that fails', async () => {
    await ask(llm, 'Hello?');
    await deleted();
    server.reply({ text: 'One', ending: 'cut' });
    await fail(llm);
    await server.changes.until('it is cleaned up again', () => server.requests.length === 4);
  });

  it('cleans up what it has begun before it failed', async () => {
    llm.broken = true;
    expect(await fail(llm)).toMatchObject({ message: 'no upload', kind: 'internal' });
    await deleted();
    expect(server.prompts).toEqual([]);
  });

  it.each(['interrupted', 'closed'])('cleans up when it is %s in mid-answer', async (how) => {
    server.reply({ text: 'One two three', holdAfter: 1 });
    const abort = new AbortController();
    for await (const item of llm.simpleResponse('Hello?', { signal: abort.signal, turnId: 't' })) {
      expect(item).toEqual({ type: 'delta', delta: 'One' });
      if (how === 'interrupted') abort.abort();
      else await llm.close();
    }
    await llm.close();
    // It is asked without a key.
    expect(llm.done).toEqual(['t 401']);
    expect(server.openConnections).toBe(0);
  });

  it('tells of a clean-up that fails', async () => {
    const told = llm.events.once(ComponentErrorEvent);
    server.reply({ text: 'One two', holdAfter: 1 });
    for await (const item of llm.simpleResponse('Hello?')) {
      if (item.type !== 'delta') continue;
      await server.stop();
      break;
    }
    expect((await told).error.message).toMatch(/no url before start/);
  });

  it('sees as well', () => {
    class Seeing extends ChatCompletionsVideoBase {}
    const seeing = new Seeing({ ...testOptions(server), provider: 'acme', model: 'm', fps: 2 });
    expect([seeing.category, seeing.provider, seeing.maxFrames]).toEqual(['vlm', 'acme', 20]);
  });
});
