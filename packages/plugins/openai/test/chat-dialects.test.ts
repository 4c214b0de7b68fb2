import type { ChatDialect } from '@vision-agents/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { ChatCompletionsLLM } from '../src/index.ts';
import { ask, fail, registerWeather, weatherRounds } from './support/ask.ts';
import { FakeChat, testOptions } from './support/fake-chat.ts';

const thoughts = (text: string): object[] => [{ type: 'reasoning.text', index: 0, text }];

let server: FakeChat;
let llm: ChatCompletionsLLM;

async function start(dialect: ChatDialect): Promise<void> {
  server = new FakeChat(dialect);
  await server.start();
  llm = new ChatCompletionsLLM(testOptions(server));
}

afterEach(async () => {
  await llm.close();
  await server.stop();
});

// The many servers that have taken the protocol over, each in its own way.
describe('servers that differ', () => {
  it.each<[what: string, dialect: ChatDialect]>([
    ['never tells what was used', { usage: false }],
    ['begins with a chunk without choices', { emptyChoices: true }],
    ['ends without [DONE]', { done: false }],
    ['gives no reason for the end', { finishReason: null }],
    ['ends calls with the reason "stop"', { finishReason: 'stop' }],
    ['sends calls whole, all with the index 0', { calls: 'index-0', finishReason: 'stop' }],
    ['sends calls whole, without an index', { calls: 'without-index' }],
    ['never streams', { whole: true }],
    ['never streams, and ends calls with the reason "stop"', { whole: true, finishReason: 'stop' }],
    ['streams letter by letter', { chunkLength: 1 }],
  ])('understands one that %s', async (_what, dialect) => {
    await start(dialect);
    const called = registerWeather(llm);
    for (const reply of weatherRounds) server.reply(reply);
    const { final } = await ask(llm, 'What is the weather?');

    expect(final.text).toBe('One moment. Rome is sunny, Oslo is not.');
    expect(final.inputTokens === undefined).toBe(dialect.usage === false);
    expect(called).toEqual(['Rome', 'Oslo', 'time']);
    expect(llm.conversation.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'tool',
      'assistant',
      'tool',
      'assistant',
    ]);
    server.assertDone();
  });

  const thought = '<think>I see.\n\nThe user <b>greets</b> me.</think>\n\nGood morning, a < b!';

  it.each([1, 2, 3, 5, 7, 100])(
    'says nothing of what a model thinks aloud, in chunks of %d',
    async (chunkLength) => {
      await start({ chunkLength });
      server.reply({ text: `${thought} <think>Done?</think>Bye.` });
      const { deltas, final } = await ask(llm, 'Hello?');
      expect(final.text).toBe('Good morning, a < b! Bye.');
      expect(deltas.join('')).toBe(final.text);
    },
  );

  it('says what only looks like the beginning of a thought, and no thought without an end', async () => {
    await start({ chunkLength: 3 });
    server.reply({ text: 'Is a <thi' });
    expect((await ask(llm, 'Hello?')).final.text).toBe('Is a <thi');
    server.reply({ text: 'Yes. <think>or' });
    expect((await ask(llm, 'Hello?')).final.text).toBe('Yes. ');
  });

  it.each([1, 4, 100])(
    'leaves out a thought that only ends, where it is told of it, in chunks of %d',
    async (chunkLength) => {
      await start({ chunkLength });
      llm = new ChatCompletionsLLM({ ...testOptions(server), thinksFirst: true });
      server.reply({ text: 'The user greets me.\n</think>\n\nHello! <think>Hm.</think>Bye.' });
      expect((await ask(llm, 'Hello?')).final.text).toBe('Hello! Bye.');
      // A model that has not thought this time.
      server.reply({ text: 'Good morning.' });
      expect((await ask(llm, 'Hello?')).final.text).toBe('Good morning.');
    },
  );

  it('sends what a model thought, and the signature of a call, back with the call', async () => {
    const sealed = { type: 'reasoning.encrypted', data: 'x' };
    const extra_content = { google: { thought_signature: 'abc' } };
    await start({
      calls: 'index-0',
      messageFields: ['reasoning_content', 'reasoning', 'reasoning_details', 'extra_content'],
      delta: (saying) => {
        if (saying.type === 'start')
          return { reasoning_content: 'Let ', reasoning: 'R', reasoning_details: thoughts('I ') };
        if (saying.type !== 'tool-call') return {};
        const { id, ...details } = saying.call;
        const call = { index: 0, id, type: 'function', function: details, extra_content };
        return {
          reasoning_content: 'me see.',
          reasoning_details: [...thoughts('see.'), sealed],
          tool_calls: [call],
        };
      },
    });
    registerWeather(llm);
    server.reply({ toolCalls: [{ name: 'get_time' }] });
    server.reply({ text: 'It is noon.' });
    await ask(llm, 'What time is it?');
    await ask(llm, 'Thanks.');
    for (const index of [1, 2])
      expect(server.requests[index]?.json()).toMatchObject({
        messages: [
          { role: 'user' },
          {
            role: 'assistant',
            reasoning_content: 'Let me see.',
            reasoning: 'R',
            reasoning_details: [...thoughts('I see.'), sealed],
            tool_calls: [{ extra_content }],
          },
          ...(index === 1 ? [{ role: 'tool' }] : [{ role: 'tool' }, {}, {}]),
        ],
      });
    server.assertDone();
  });

  it.each<[what: string, error: object, kind: string, message: RegExp]>([
    [
      'as OpenAI',
      { error: { message: 'broke', type: 'server_error', code: null } },
      'network',
      /broke/,
    ],
    [
      'as OpenRouter',
      { error: { message: 'too many', code: 429 }, choices: [] },
      'rate-limit',
      /too many/,
    ],
    [
      'as vLLM',
      { error: { message: 'too long', type: 'BadRequestError', code: 400 } },
      'unsupported',
      /too long/,
    ],
    [
      'with a code alone',
      { error: { code: 'rate_limit_exceeded' } },
      'rate-limit',
      /rate_limit_exceeded/,
    ],
    ['with a text', { error: 'out of memory' }, 'network', /out of memory/],
    ['of a filter', { error: { message: 'no', code: 'content_filter' } }, 'content', /no/],
    ['of a key', { error: { message: 'no', code: 'invalid_api_key' } }, 'auth', /no/],
    ['of a right', { error: { message: 'no', type: 'permission_error' } }, 'auth', /no/],
    ['with nothing', { error: {} }, 'network', /says nothing/],
    ['with what does not fit', { choices: 'none' }, 'protocol', /choices/],
  ])('fails with an error in the stream, %s', async (_what, error, kind, message) => {
    await start({ error: () => error });
    server.reply({ text: 'Umbrellas are', ending: 'error' });
    const failure = await fail(llm);
    expect(failure).toMatchObject({ provider: 'openai', kind });
    expect(failure.message).toMatch(message);
    expect(llm.conversation.messages).toEqual([{ role: 'user', content: 'Hello?' }]);
  });

  it('fails with an answer that a filter has ended', async () => {
    await start({ finishReason: 'content_filter' });
    expect(await fail(llm)).toMatchObject({ kind: 'content', retryable: false });
  });

  it('keeps an answer that is cut to its greatest length', async () => {
    await start({ finishReason: 'length' });
    expect((await ask(llm, 'Hello?')).final.text).toBe('You said: Hello?');
  });
});
