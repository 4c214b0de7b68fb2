import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHttpServer } from '../../test/test-http-server.ts';
import { systemClock } from '../clock.ts';
import { createProviderFetch } from '../connection/http/index.ts';
import { chatRequest, readChatAnswer } from './index.ts';

describe('chatRequest', () => {
  it('has the instructions, who spoke, what is seen, calls and their results', () => {
    const participant = { id: 'p1', userId: 'jose', name: 'José Pérez' };
    const calls = [{ id: 'c1', name: 'look', arguments: '{}' }];
    const image = { type: 'image' as const, mimeType: 'image/png', data: Uint8Array.of(1, 2, 3) };
    const { messages } = chatRequest({
      instructions: 'Be brief.',
      tools: [],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Look!' }, image], participant },
        { role: 'assistant', content: '', toolCalls: calls },
        { role: 'tool', toolCallId: 'c1', name: 'look', content: 'a cat' },
      ],
    });
    expect(messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        name: 'Jose_Perez',
        content: [
          { type: 'text', text: 'Look!' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AQID' } },
        ],
      },
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'a cat' },
    ]);
  });

  it('offers functions only where there are some, and asks for what was used', () => {
    const nothing = { instructions: '', messages: [], tools: [] };
    expect(JSON.parse(JSON.stringify(chatRequest(nothing)))).toEqual({
      messages: [],
      stream: true,
      stream_options: { include_usage: true },
    });
    const tool = { name: 'look', description: 'Looks', parametersSchema: { type: 'object' } };
    expect(chatRequest({ ...nothing, tools: [tool] }).tools).toEqual([
      {
        type: 'function',
        function: { name: 'look', description: 'Looks', parameters: { type: 'object' } },
      },
    ]);
  });
});

/** An event with a piece of the answer. */
const says = (delta: unknown, reason?: string): object => ({
  choices: [{ index: 0, delta, finish_reason: reason ?? null }],
});

describe('readChatAnswer', () => {
  let server: TestHttpServer;
  const close = new AbortController();
  const fetch = createProviderFetch({
    provider: 'acme',
    clock: systemClock,
    signal: close.signal,
  });

  beforeEach(() => {
    server = new TestHttpServer();
    return server.listen();
  });
  afterEach(() => server.close());

  /** What is read of these events. */
  async function read(...events: unknown[]): Promise<unknown[]> {
    server.answer = (response) => {
      for (const event of events)
        response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
      response.end();
    };
    return Array.fromAsync(readChatAnswer(await fetch(server.url)));
  }

  const calls = (...pieces: object[]): object => says({ tool_calls: pieces });

  it('yields text as it comes, then what was used', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2 };
    expect(
      await read(
        { choices: [], prompt_filter_results: [] },
        says({ role: 'assistant', content: '' }),
        says({ content: 'Good ', refusal: null }),
        { ...says({ content: null, refusal: 'day.' }, 'stop'), model: 'general-2' },
        { choices: [], usage },
        '[DONE]',
        says({ content: 'too late' }),
      ),
    ).toEqual([
      { type: 'text-delta', delta: 'Good ' },
      { type: 'text-delta', delta: 'day.' },
      {
        type: 'finish',
        reason: 'stop',
        model: 'general-2',
        usage: { inputTokens: 3, outputTokens: 2 },
      },
    ]);
  });

  it.each([
    ['with indexes, mixed', [0, 1, 0, 1]],
    ['without indexes, one after the other', undefined],
  ])('puts calls together: %s', async (_title, indexes) => {
    const pieces = [
      { id: 'a', function: { name: 'look', arguments: '' } },
      { id: 'b', function: { name: 'listen', arguments: '{' } },
      { function: { arguments: '{}' } },
      { function: { name: 'listen', arguments: '}' } },
    ];
    const ordered = indexes ? pieces : [pieces[0], pieces[2], pieces[1], pieces[3]];
    const given = ordered.map((piece, at) => ({ index: indexes?.[at], ...piece }));
    expect(await read(...given.map((piece) => calls(piece)), says({}, 'tool_calls'))).toEqual([
      { type: 'tool-call', id: 'a', name: 'look', arguments: '{}' },
      { type: 'tool-call', id: 'b', name: 'listen', arguments: '{}' },
      expect.objectContaining({ type: 'finish', reason: 'tool_calls' }),
    ]);
  });

  it.each([
    ['that breaks off', [says({ content: 'Hel' })], 'protocol', 'acme: the answer is not complete'],
    ['with an error in it', [{ error: { message: 'overloaded' } }], 'network', 'acme: overloaded'],
    ['with an error as text', [{ error: 'overloaded' }], 'network', 'acme: overloaded'],
    ['with an error without words', [{ error: {} }], 'network', 'acme: unknown error'],
    [
      'that a filter has ended',
      [says({ content: 'Hel' }), says({}, 'content_filter')],
      'content',
      'acme: a content filter',
    ],
    ['with other content', [says({ content: 5 })], 'protocol', 'content must be text, got 5'],
    ['with other choices', [{ choices: {} }], 'protocol', 'choices must be a list'],
    ['with another delta', [says('Hello')], 'protocol', 'delta must be an object'],
    ['with other usage', [{ usage: { prompt_tokens: '3' } }], 'protocol', 'must be a number'],
    ['with no object', ['[]'], 'protocol', 'the event must be an object'],
  ])('rejects an answer %s', async (_title, events, kind, message) => {
    await expect(read(...events)).rejects.toMatchObject({
      kind,
      provider: 'acme',
      message: expect.stringContaining(message),
    });
  });
});
