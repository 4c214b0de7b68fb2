import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { ChatDialect } from './chat-dialect.ts';
import { FakeChatServer } from './fake-chat-server.ts';

const apiKey = 'chat-test-key';
const weather: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
};
const hi: OpenAI.ChatCompletionMessageParam = { role: 'user', content: 'Hi there' };
const gatewayError = (message: string): object => ({ error: { message, code: 502 } });

describe('a FakeChatServer with a dialect, asked by the official client', () => {
  it.each<[what: string, dialect: ChatDialect, chunks: number]>([
    [
      'begins without choices, and never tells what was used',
      { emptyChoices: true, usage: false },
      5,
    ],
    ['cuts its text anywhere, and ends without [DONE]', { chunkLength: 3, done: false }, 7],
    ['gives another reason for the end', { finishReason: 'length' }, 5],
    ['sends fields of its own', { delta: () => ({ reasoning: 'hm' }) }, 5],
  ])('%s', async (_what, dialect, chunks) => {
    const server = new FakeChatServer({ apiKey, dialect });
    await server.start();
    const client = new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });
    server.reply({ text: 'One two three' });
    const stream = client.chat.completions.stream({
      model: 'm',
      messages: [hi],
      stream_options: { include_usage: true },
    });
    const received: OpenAI.ChatCompletionChunk[] = [];
    stream.on('chunk', (chunk) => received.push(chunk));
    const [choice] = (await stream.finalChatCompletion()).choices;
    const text = received.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(text).toBe('One two three');
    expect(received.filter(({ choices }) => choices.length > 0)).toHaveLength(chunks);
    expect(received.some(({ usage }) => usage)).toBe(dialect.usage !== false);
    expect(choice?.finish_reason).toBe(dialect.finishReason ?? 'stop');
    const [first] = received;
    expect(first?.choices.length).toBe(dialect.emptyChoices ? 0 : 1);
    const delta = received.findLast(({ choices }) => choices.length > 0)?.choices[0]?.delta;
    expect(delta && Reflect.get(delta, 'reasoning')).toBe(dialect.delta && 'hm');
    server.assertDone();
    await server.stop();
  });

  it('answers whole, and complains in its own words', async () => {
    const server = new FakeChatServer({ apiKey, dialect: { whole: true, error: gatewayError } });
    await server.start();
    const client = new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });
    const { response } = await client.chat.completions
      .create({ model: 'm', messages: [hi], stream: true })
      .withResponse();
    expect(response.headers.get('content-type')).toBe('application/json');
    server.reply({ ending: 'error', message: 'no capacity' });
    await expect(client.chat.completions.create({ model: 'm', messages: [hi] })).rejects.toThrow(
      '500 no capacity',
    );
    await server.stop();
  });

  it.each(['index-0', 'without-index'] as const)('sends calls %s', async (calls) => {
    const server = new FakeChatServer({ apiKey, dialect: { calls } });
    await server.start();
    const client = new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });
    server.reply({ toolCalls: [{ name: 'weather' }, { name: 'weather', arguments: { a: 1 } }] });
    const pieces: unknown[] = [];
    for await (const { choices } of await client.chat.completions.create({
      model: 'm',
      messages: [hi],
      tools: [weather],
      stream: true,
    }))
      pieces.push(...(choices[0]?.delta.tool_calls ?? []));
    const index = calls === 'index-0' ? { index: 0 } : {};
    expect(pieces).toEqual([
      { ...index, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } },
      {
        ...index,
        id: 'call_2',
        type: 'function',
        function: { name: 'weather', arguments: '{"a":1}' },
      },
    ]);
    await server.stop();
  });

  it('knows more parameters and fields than OpenAI, where it is told so', async () => {
    const dialect = { parameters: ['models'], messageFields: ['reasoning'] };
    const server = new FakeChatServer({ apiKey, dialect });
    await server.start();
    const client = new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });
    const body = { model: 'm', models: ['a'], messages: [{ ...hi, reasoning: 'hm' }] };
    await client.post('/chat/completions', { body });
    server.assertDone();
    const unknown = { model: 'm', messages: [{ ...hi, thought: 'hm' }] };
    await expect(client.post('/chat/completions', { body: unknown })).rejects.toThrow(
      "Unknown parameter: 'messages[0].thought'.",
    );
    await server.stop();
  });
});
