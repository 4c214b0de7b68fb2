import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeChatServer } from './fake-chat-server.ts';

type Params = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>;

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

const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'x' }) as const;
const asking = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
} satisfies OpenAI.ChatCompletionMessageParam;
const image = (url: string): OpenAI.ChatCompletionMessageParam => ({
  role: 'user',
  content: [{ type: 'image_url', image_url: { url } }],
});

// The provider's own client drives all that the fake offers: what it understands, a plugin's tests may rely on.
describe('FakeChatServer, asked by the official client', () => {
  const server = new FakeChatServer({ apiKey });
  let client: OpenAI;

  beforeEach(async () => {
    await server.start();
    client = new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });
  });
  afterEach(() => server.stop());

  const create = (params: Partial<Params> = {}) =>
    client.chat.completions.create({ model: 'm-1', messages: [hi], ...params });
  const stream = (params: Partial<Params> = {}) =>
    client.chat.completions.stream({ model: 'm-1', messages: [hi], ...params });

  it('answers whole, with what was used', async () => {
    const completion = await create();
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'You said: Hi there' },
    });
    expect([completion.model, completion.usage]).toEqual([
      'm-1',
      { prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 },
    ]);
    server.assertDone();
  });

  it('streams word by word, with what was used when that was asked for', async () => {
    server.reply({ text: 'Good morning, Ada' });
    const plain = stream();
    const words: string[] = [];
    plain.on('content', (word) => words.push(word));
    await plain.done();
    expect(words).toEqual(['Good', ' morning,', ' Ada']);
    expect(await plain.totalUsage()).toMatchObject({ total_tokens: 0 });
    const counted = stream({ stream_options: { include_usage: true } });
    expect(await counted.finalContent()).toBe('You said: Hi there');
    expect(await counted.totalUsage()).toMatchObject({ prompt_tokens: 2, completion_tokens: 4 });
    server.assertDone();
  });

  it('calls functions that it is offered, and takes their results', async () => {
    const toolCalls = [
      { name: 'weather', arguments: { city: 'Paris' } },
      { name: 'weather', arguments: '{"city": "Ro' },
    ];
    server.reply({ text: 'One moment.', toolCalls });
    const asked = stream({ tools: [weather], tool_choice: 'auto' });
    const message = await asked.finalMessage();
    expect(message.content).toBe('One moment.');
    expect(message.tool_calls).toMatchObject([
      { id: 'call_1', function: { name: 'weather', arguments: '{"city":"Paris"}' } },
      { id: 'call_2', function: { name: 'weather', arguments: '{"city": "Ro' } },
    ]);
    server.reply({ toolCalls: toolCalls.slice(0, 1) });
    const whole = await create({ tools: [weather] });
    expect(whole.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: null, tool_calls: [{ id: 'call_3', type: 'function' }] },
    });
    await create({
      tools: [weather],
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', name: 'Ada', content: 'Weather?' },
        { ...message, tool_calls: message.tool_calls?.slice(0, 1) ?? [] },
        { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
      ],
    });
    expect(server.prompts.at(-1)).toMatchObject({
      instructions: 'Be brief.',
      tools: [{ name: 'weather', description: 'The weather in a city' }],
      messages: [
        { role: 'user', text: 'Weather?', name: 'Ada' },
        { role: 'assistant', text: 'One moment.', toolCalls: [{ id: 'call_1' }] },
        { role: 'tool', text: 'sunny', toolCallId: 'call_1' },
      ],
    });
    server.assertDone();
  });

  it('sees images', async () => {
    const png = 'data:image/png;base64,AQI=';
    await create({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url: png, detail: 'low' } },
            { type: 'image_url', image_url: { url: 'https://example.com/cat.jpg' } },
          ],
        },
      ],
    });
    expect(server.prompts[0]?.messages[0]).toMatchObject({
      text: 'What is it?',
      images: [png, 'https://example.com/cat.jpg'],
    });
  });

  it('complains inside the stream, and before it', async () => {
    server.reply({ text: 'Half an', ending: 'error', message: 'overloaded' });
    const failing = stream();
    const words: string[] = [];
    failing.on('content', (word) => words.push(word));
    await expect(failing.done()).rejects.toThrow('overloaded');
    expect(words).toEqual(['Half', ' an']);
    server.reply({ ending: 'error', message: 'overloaded' });
    await expect(create()).rejects.toMatchObject({ status: 500 });
    server.refuse(429);
    await expect(create()).rejects.toThrow(RateLimitError);
  });

  it('falls silent, is cut off, and ends in the middle', async () => {
    server.reply({ text: 'One two three', holdAfter: 1 });
    const held = stream();
    const first = Promise.withResolvers<string>();
    held.on('content', first.resolve);
    expect(await first.promise).toBe('One');
    server.release();
    expect(await held.finalContent()).toBe('One two three');
    server.reply({ text: 'One two', ending: 'cut' });
    await expect(stream().done()).rejects.toThrow();
    server.reply({ text: 'One two', ending: 'stop' });
    await expect(stream().finalContent()).rejects.toThrow(/finish_reason/);
    server.reply({ text: 'One two', holdAfter: 1 });
    const left = stream();
    left.on('content', () => left.abort());
    await expect(left.done()).rejects.toThrow(/abort/i);
    await server.changes.until('the request is gone', () => server.openConnections === 0);
    server.assertDone();
  });

  it('refuses a wrong key, path and model', async () => {
    await expect(
      client
        .withOptions({ apiKey: 'wrong' })
        .chat.completions.create({ model: 'm', messages: [hi] }),
    ).rejects.toThrow(AuthenticationError);
    expect(server.violations).toEqual([]);
    await expect(client.models.list()).rejects.toThrow(NotFoundError);
    await expect(client.chat.completions.create({ model: '', messages: [hi] })).rejects.toThrow(
      /provide a model/,
    );
    expect(server.violations).toHaveLength(2);
  });

  it.each<[what: string, params: Partial<Params>, message: RegExp]>([
    ['no messages', { messages: [] }, /Invalid 'messages': empty array/],
    ['an empty list of functions', { tools: [] }, /Invalid 'tools': empty array/],
    ['a choice without functions', { tool_choice: 'none' }, /'tool_choice' is only allowed/],
    [
      'stream options without a stream',
      { stream_options: { include_usage: true } },
      /only allowed/,
    ],
    ['a call without a result', { messages: [hi, asking] }, /did not have response messages: a/],
    ['a call before its result', { messages: [asking, hi, result('a')] }, /did not have response/],
    ['a result without a call', { messages: [hi, result('a')] }, /must be a response to/],
    ['a result twice', { messages: [asking, result('a'), result('a')] }, /must be a response to/],
    [
      'an answer that is nothing',
      { messages: [{ role: 'assistant', content: null }] },
      /'content'/,
    ],
    ['a name with a space', { messages: [{ ...hi, name: 'Ada L' }] }, /does not match pattern/],
    [
      'an image that is none',
      { messages: [image('data:text/plain;base64,AQI=')] },
      /Invalid image/,
    ],
    [
      'a function with a bad name',
      { tools: [{ type: 'function', function: { name: 'a b' } }] },
      /does not match pattern/,
    ],
    [
      'parameters that are no object',
      { tools: [{ type: 'function', function: { name: 'a', parameters: { type: 'string' } } }] },
      /must be a JSON Schema of 'type: "object"'/,
    ],
    [
      'functions of a model that thinks',
      { model: 'gpt-6-luna', tools: [weather] },
      /set reasoning_effort to 'none'/,
    ],
    [
      'functions of a model that is to think',
      { model: 'gpt-5.4', tools: [weather], reasoning_effort: 'low' },
      /set reasoning_effort to 'none'/,
    ],
  ])('refuses %s', async (_what, params, message) => {
    const error: unknown = await create(params).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BadRequestError);
    expect(String(error)).toMatch(message);
    expect(server.violations).toHaveLength(1);
  });

  it('refuses what it does not know, and what is no JSON', async () => {
    const unknown = { model: 'm', messages: [hi], maxTokens: 3 };
    await expect(client.post('/chat/completions', { body: unknown })).rejects.toThrow(
      "Unknown parameter: 'maxTokens'.",
    );
    const role = { model: 'm', messages: [{ role: 'agent', content: 'x' }] };
    await expect(client.post('/chat/completions', { body: role })).rejects.toThrow(APIError);
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const url = `${server.url}/v1/chat/completions`;
    const answer = await fetch(url, { method: 'POST', headers, body: '{' });
    expect(answer.status).toBe(400);
  });
});
