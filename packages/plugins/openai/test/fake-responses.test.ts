import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TEST_KEY } from './support/fake-chat.ts';
import { FakeResponses } from './support/fake-responses.ts';

type Params = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'>;

const tool: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'weather',
  description: 'The weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  strict: false,
};

// The provider's own client drives all that the fake offers: what it understands, the plugin's tests may rely on.
describe('FakeResponses, asked by the official client', () => {
  const server = new FakeResponses();
  let client: OpenAI;

  beforeEach(async () => {
    await server.start();
    client = new OpenAI({ apiKey: TEST_KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
  });
  afterEach(() => server.stop());

  const create = (params: Partial<Params> = {}) =>
    client.responses.create({ model: 'gpt-5', input: 'Hi there', store: false, ...params });
  const stream = (params: Partial<Params> = {}) =>
    client.responses.stream({ model: 'gpt-5', input: 'Hi there', store: false, ...params });

  it('answers whole, with what was used', async () => {
    const response = await create();
    expect([response.status, response.output_text]).toEqual(['completed', 'You said: Hi there']);
    expect(response.usage).toMatchObject({ input_tokens: 2, output_tokens: 4, total_tokens: 6 });
    server.reply({ ending: 'error', message: 'overloaded' });
    await expect(create()).rejects.toMatchObject({ status: 500, code: 'server_error' });
    server.assertDone();
  });

  it('streams every event that there is of a message, a call and reasoning', async () => {
    server.habits = { reasons: true };
    server.reply({
      text: 'Good morning',
      toolCalls: [{ name: 'weather', arguments: { city: 'X' } }],
    });
    const streaming = stream({ tools: [tool], include: ['reasoning.encrypted_content'] });
    const types: string[] = [];
    streaming.on('event', ({ type }) => types.push(type));
    const { output, output_text: text } = await streaming.finalResponse();
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(text).toBe('Good morning');
    expect(output).toMatchObject([
      { type: 'reasoning', encrypted_content: 'sealed rs_0' },
      { type: 'message', content: [{ text: 'Good morning' }] },
      { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"X"}' },
    ]);
    await create({
      tools: [tool],
      instructions: 'Be brief.',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Weather?' },
            { type: 'input_image', detail: 'auto', image_url: 'data:image/png;base64,AQI=' },
          ],
        },
        { type: 'reasoning', id: 'rs_0', summary: [], encrypted_content: 'sealed rs_0' },
        { role: 'assistant', content: 'Good morning' },
        { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'sunny' },
      ],
    });
    expect(server.prompts.at(-1)).toMatchObject({
      instructions: 'Be brief.',
      messages: [
        { role: 'user', text: 'Weather?', images: ['data:image/png;base64,AQI='] },
        { role: 'assistant', text: 'Good morning', toolCalls: [{ id: 'call_1' }] },
        { role: 'tool', text: 'sunny', toolCallId: 'call_1' },
      ],
    });
    server.assertDone();
  });

  it.each(['max_output_tokens', 'content_filter'] as const)('is incomplete: %s', async (reason) => {
    server.habits = { incomplete: reason };
    const { status, incomplete_details: details } = await stream().finalResponse();
    expect([status, details]).toEqual(['incomplete', { reason }]);
  });

  it('may leave the items out of its last event', async () => {
    server.habits = { withoutOutput: true };
    const events: OpenAI.Responses.ResponseStreamEvent[] = [];
    for await (const event of await client.responses.create({
      model: 'm',
      input: 'x',
      store: false,
      stream: true,
    }))
      events.push(event);
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { output: [] } });
    expect(events.map((event) => event.sequence_number)).toEqual(
      events.map((_event, index) => index),
    );
  });

  it('complains inside the stream, in both ways', async () => {
    for (const failure of ['error', 'response.failed'] as const) {
      server.habits = { failure, errorCode: 'rate_limit_exceeded' };
      server.reply({ text: 'Half', ending: 'error', message: 'overloaded' });
      const types: string[] = [];
      const reading = (async () => {
        for await (const event of await client.responses.create({
          model: 'm',
          input: 'x',
          store: false,
          stream: true,
        }))
          types.push(event.type);
      })();
      await (failure === 'error' ? expect(reading).rejects.toThrow('overloaded') : reading);
      if (failure === 'response.failed') expect(types.at(-1)).toBe(failure);
    }
  });

  it.each<[what: string, params: object]>([
    ['an unknown parameter', { maxTokens: 3 }],
    ['what it would keep', { store: true }],
    ['an empty input', { input: [] }],
    ['an empty list of functions', { tools: [] }],
    ['a function that is not strict enough', { tools: [{ ...tool, strict: true }] }],
    [
      'sealed reasoning of a model without',
      { model: 'gpt-4o', include: ['reasoning.encrypted_content'] },
    ],
    [
      'a call without a result',
      { input: [{ type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' }] },
    ],
    [
      'a result without a call',
      { input: [{ type: 'function_call_output', call_id: 'a', output: 'x' }] },
    ],
    [
      'reasoning that led to nothing',
      { input: [{ type: 'reasoning', id: 'r', summary: [], encrypted_content: 'x' }] },
    ],
    [
      'an image that is none',
      {
        input: [
          { role: 'user', content: [{ type: 'input_image', detail: 'auto', image_url: 'x' }] },
        ],
      },
    ],
  ])('refuses %s', async (_what, params) => {
    const body = { model: 'gpt-5', input: 'Hi', store: false, ...params };
    await expect(client.post('/responses', { body })).rejects.toThrow(BadRequestError);
    expect(server.violations).toHaveLength(1);
  });

  it('refuses a wrong key, path and method', async () => {
    await expect(
      client.withOptions({ apiKey: 'wrong' }).responses.create({ model: 'm', input: 'x' }),
    ).rejects.toThrow(AuthenticationError);
    await expect(client.models.list()).rejects.toThrow(NotFoundError);
    await expect(client.get('/responses')).rejects.toThrow(APIError);
  });
});
