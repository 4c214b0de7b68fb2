import { describe, expect, it } from 'vitest';
import { HurriedClock } from '../../test/hurried-clock.ts';
import { call, collect, say, ScriptedLLM, text } from '../../test/scripted-llm.ts';
import { ComponentClosedError } from '../component/index.ts';
import { ProviderError } from '../errors/index.ts';
import { BaseEvent } from '../events/index.ts';
import {
  LLM,
  LLMErrorEvent,
  LLMResponseFinalEvent,
  textOf,
  type LLMPart,
  type LLMResponse,
  type Message,
  type ResponseOptions,
} from './index.ts';

const ada = { id: 'a', userId: 'ada', name: 'Ada' };

function said(messages: readonly Message[]): string[] {
  return messages.map(({ role, content }) => `${role}: ${textOf({ content })}`);
}

/** Says two words, and then nothing more until it is interrupted. */
async function* hung(
  _request: unknown,
  { signal }: { signal: AbortSignal },
): AsyncGenerator<LLMPart> {
  yield text('Half ');
  yield text('an answer');
  await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

/** Heeds no signal. */
async function* deaf(): AsyncGenerator<LLMPart> {
  yield text('Half');
  await new Promise(() => undefined);
}

async function* failing(): AsyncGenerator<LLMPart> {
  yield text('Half');
  throw new ProviderError({ provider: 'acme', kind: 'network', message: 'cut off' });
}

function* endless(): Generator<LLMPart> {
  for (;;) yield text('a'.repeat(100_000));
}

describe('an answer', () => {
  it('streams its deltas, and ends with all of it, counted', async () => {
    const finish = {
      type: 'finish',
      usage: { inputTokens: 7, outputTokens: 2 },
      model: 'm-1',
      original: 'raw',
    } as const;
    const llm = new ScriptedLLM([[text('Hel'), text(''), text('lo'), finish]]);
    const finals: unknown[] = [];
    llm.events.on(LLMResponseFinalEvent, (event) => void finals.push([event.text, event.model]));
    const items = await collect(llm.simpleResponse('Hi', { participant: ada }));
    expect(items).toEqual([
      { type: 'delta', delta: 'Hel' },
      { type: 'delta', delta: 'lo' },
      {
        type: 'final',
        text: 'Hello',
        latencyMs: expect.any(Number),
        timeToFirstTokenMs: expect.any(Number),
        inputTokens: 7,
        outputTokens: 2,
        totalTokens: 9,
        model: 'm-1',
        original: 'raw',
      },
    ]);
    expect(finals).toEqual([['Hello', 'm-1']]);
    expect(llm.metrics.get('llm.tokens.input')?.sum).toBe(7);
    expect(llm.metrics.get('llm.time_to_first_token.ms')?.count).toBe(1);
    expect(llm.conversation.messages).toEqual([
      { role: 'user', content: 'Hi', participant: ada },
      { role: 'assistant', content: 'Hello' },
    ]);
  });

  it('may be empty, which leaves the question alone in the history', async () => {
    const llm = new ScriptedLLM([[{ type: 'finish' }]]);
    expect(await collect(llm.simpleResponse('Hi'))).toEqual([
      { type: 'final', text: '', latencyMs: expect.any(Number) },
    ]);
    expect(said(llm.conversation.messages)).toEqual(['user: Hi']);
  });

  it('is asked for with the instructions, the history and the images', async () => {
    const llm = new ScriptedLLM([[text('One')], [text('Two')]]);
    llm.setInstructions('Be brief.');
    await say(llm, 'First');
    const image = { type: 'image', url: 'https://example.com/cat.png' } as const;
    await collect(llm.simpleResponse('Second', { images: [image] }));
    expect(llm.requests.map(({ instructions }) => instructions)).toEqual([
      'Be brief.',
      'Be brief.',
    ]);
    expect(llm.requests[1]?.messages).toEqual([
      { role: 'user', content: 'First' },
      { role: 'assistant', content: 'One' },
      { role: 'user', content: [{ type: 'text', text: 'Second' }, image] },
    ]);
  });

  it('refuses an image without bytes, which would fail all that is asked after it', async () => {
    const llm = new ScriptedLLM([[text('One')]]);
    const image = { type: 'image', mimeType: 'image/jpeg', data: new Uint8Array() } as const;
    expect(() => llm.simpleResponse('What is it?', { images: [image] })).toThrow(
      /images\[0\] is empty/,
    );
    await say(llm, 'First');
    expect(llm.requests[0]?.messages).toEqual([{ role: 'user', content: 'First' }]);
  });

  it('keeps the order in which answers were asked for, and knows none that is not over', async () => {
    const gate = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<LLMPart> {
      await gate.promise;
      yield text('slow');
    }
    const llm = new ScriptedLLM([slow, [text('fast')]]);
    const first = collect(llm.simpleResponse('A'));
    const second = collect(llm.simpleResponse('B'));
    await second;
    gate.resolve();
    await first;
    expect(said(llm.requests[1]?.messages ?? [])).toEqual(['user: B']);
    expect(said(llm.conversation.messages)).toEqual([
      'user: A',
      'assistant: slow',
      'user: B',
      'assistant: fast',
    ]);
  });
});

describe('an interrupted answer', () => {
  it('ends at once when its signal is aborted, and leaves no word behind', async () => {
    const llm = new ScriptedLLM([hung, [text('Good')]]);
    const events: BaseEvent[] = [];
    llm.events.on(BaseEvent, (event) => void events.push(event));
    const abort = new AbortController();
    const items: LLMResponse[] = [];
    for await (const item of llm.simpleResponse('Hi', { signal: abort.signal })) {
      items.push(item);
      if (items.length === 2) setImmediate(() => abort.abort());
    }
    expect(items.map(({ type }) => type)).toEqual(['delta', 'delta']);
    expect(said(llm.conversation.messages)).toEqual(['user: Hi']);
    expect(events).toEqual([]);
    expect(await say(llm, 'Again')).toBe('Good');
  });

  it('is one whose loop was left, and one that the component was closed under', async () => {
    const llm = new ScriptedLLM([[text('One '), text('two')], hung]);
    for await (const item of llm.simpleResponse('Hi')) if (item.type === 'delta') break;
    expect(said(llm.conversation.messages)).toEqual(['user: Hi']);
    const open = collect(llm.simpleResponse('More'));
    const closed = new Promise((resolve) => setImmediate(() => resolve(llm.close())));
    expect((await open).map(({ type }) => type)).toEqual(['delta', 'delta']);
    await closed;
  });

  it('is cut to what was heard', async () => {
    const llm = new ScriptedLLM([[text('It is sunny. And warm.')]]);
    await collect(llm.simpleResponse('Weather?', { turnId: 't1' }));
    expect(llm.conversation.cutTo('t1', 'It is sunny.')).toBe(true);
    expect(said(llm.conversation.messages)).toEqual(['user: Weather?', 'assistant: It is sunny.']);
    expect(llm.conversation.cutTo('t1', ' ')).toBe(true);
    expect(said(llm.conversation.messages)).toEqual(['user: Weather?']);
    expect(llm.conversation.cutTo('t2', 'x')).toBe(false);
  });

  it('keeps the calls that have happened, each with its result, and not the others', async () => {
    const llm = new ScriptedLLM([[text('Let me see.'), call('done'), call('never')]]);
    const abort = new AbortController();
    const stopped = Promise.withResolvers<unknown>();
    llm.registerFunction({ name: 'done', description: '', execute: () => 'yes' });
    llm.registerFunction({
      name: 'never',
      description: '',
      execute: (_args, { signal }) => {
        signal.addEventListener('abort', () => stopped.resolve(signal.reason));
        setImmediate(() => abort.abort(new Error('barge-in')));
        return new Promise(() => undefined);
      },
    });
    await collect(llm.simpleResponse('Do', { signal: abort.signal, turnId: 't' }));
    expect(await stopped.promise).toMatchObject({ message: 'barge-in' });
    expect(llm.conversation.messages).toEqual([
      { role: 'user', content: 'Do' },
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ id: 'id-done', name: 'done', arguments: '{}' }],
      },
      { role: 'tool', toolCallId: 'id-done', name: 'done', content: 'yes' },
    ]);
    llm.conversation.cutTo('t', 'Let me');
    expect(llm.conversation.messages.at(-1)).toEqual({ role: 'assistant', content: 'Let me' });
    llm.conversation.remove('t');
    expect(llm.conversation.messages).toEqual([]);
  });

  it('was never asked for when its signal was aborted before', async () => {
    const llm = new ScriptedLLM();
    expect(await collect(llm.simpleResponse('Hi', { signal: AbortSignal.abort() }))).toEqual([]);
    expect([llm.requests, llm.conversation.messages]).toEqual([[], []]);
  });
});

describe('a provider that gives one answer at a time', () => {
  it('is asked for the next when the one before has ended, which it then knows', async () => {
    const llm = new ScriptedLLM([[text('One.')], [text('Two.')], [text('Three.')]], {
      serial: true,
    });
    const answers = ['1', '2', '3'].map((question) => collect(llm.simpleResponse(question)));
    await Promise.all(answers);
    expect(llm.requests.map(({ messages }) => messages.length)).toEqual([1, 3, 5]);
    expect(said(llm.conversation.messages)).toEqual([
      'user: 1',
      'assistant: One.',
      'user: 2',
      'assistant: Two.',
      'user: 3',
      'assistant: Three.',
    ]);
  });

  it('is asked when the one before was interrupted, and not for one that was meanwhile', async () => {
    const llm = new ScriptedLLM([hung, [text('Three.')]], { serial: true });
    const aborts = [new AbortController(), new AbortController()];
    const [first, second] = aborts.map(({ signal }, index) =>
      collect(llm.simpleResponse(String(index + 1), { signal })),
    );
    const third = collect(llm.simpleResponse('3'));
    await expect.poll(() => llm.requests.length).toBe(1);
    for (const abort of aborts.toReversed()) abort.abort();
    expect(await second).toEqual([]);
    expect((await first)?.at(-1)?.type).not.toBe('final');
    expect((await third).at(-1)).toMatchObject({ type: 'final', text: 'Three.' });
    expect(llm.requests).toHaveLength(2);
    await llm.close();
  });

  it('holds up the next for a second at most, when it heeds no signal', async () => {
    const clock = new HurriedClock(1_000);
    const llm = new ScriptedLLM([deaf, [text('Two.')]], { serial: true }).useClock(clock);
    const abort = new AbortController();
    const first = collect(llm.simpleResponse('1', { signal: abort.signal }));
    const second = collect(llm.simpleResponse('2'));
    await expect.poll(() => llm.requests.length).toBe(1);
    abort.abort();
    await first;
    expect(llm.requests).toHaveLength(1);
    clock.pass(1_000);
    expect((await second).at(-1)).toMatchObject({ text: 'Two.' });
  });
});

describe('a failed answer', () => {
  it('rejects with what an event told too, and leaves no word behind', async () => {
    const llm = new ScriptedLLM([failing]);
    const errors: ProviderError[] = [];
    llm.events.on(LLMErrorEvent, ({ error }) => void errors.push(error));
    const items: LLMResponse[] = [];
    const reading = (async () => {
      for await (const item of llm.simpleResponse('Hi')) items.push(item);
    })();
    await expect(reading).rejects.toBe(await reading.catch((error: unknown) => error));
    expect(items).toEqual([{ type: 'delta', delta: 'Half' }]);
    expect(errors).toEqual([await reading.catch((error: unknown) => error)]);
    expect(said(llm.conversation.messages)).toEqual(['user: Hi']);
    expect(llm.metrics.get('llm.errors')?.sum).toBe(1);
  });

  it('wraps what a plugin throws, also when it has no respond()', async () => {
    class Nothing extends LLM {}
    const llm = new Nothing({ provider: 'acme' });
    await expect(collect(llm.simpleResponse('Hi'))).rejects.toMatchObject({
      name: 'ProviderError',
      kind: 'internal',
      message: expect.stringContaining('Nothing has no respond()'),
    });
  });

  it('says that the component is closed', async () => {
    const llm = new ScriptedLLM();
    await llm.close();
    await expect(collect(llm.simpleResponse('Hi'))).rejects.toThrow(ComponentClosedError);
  });

  it('is one without an end', async () => {
    await expect(say(new ScriptedLLM([endless]), 'Hi')).rejects.toThrow(/longer than 1000000/);
  });
});

describe('rounds of functions', () => {
  it('tells the model each result, and puts a space between what is said before and after', async () => {
    const llm = new ScriptedLLM([
      [text('Let me check.'), call('weather', { city: 'Paris' })],
      [text('Sunny.'), { type: 'finish', usage: { inputTokens: 3, outputTokens: 1 } }],
    ]);
    llm.registerFunction({
      name: 'weather',
      description: 'The weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
      execute: ({ city }) => ({ city, sky: 'clear' }),
    });
    expect(await say(llm, 'Weather?')).toBe('Let me check. Sunny.');
    expect(llm.requests[1]?.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: 'Let me check.',
        toolCalls: [{ id: 'id-weather', name: 'weather', arguments: '{"city":"Paris"}' }],
      },
      {
        role: 'tool',
        toolCallId: 'id-weather',
        name: 'weather',
        content: '{"city":"Paris","sky":"clear"}',
      },
    ]);
    expect(llm.conversation.messages.at(-1)).toEqual({ role: 'assistant', content: 'Sunny.' });
  });

  it('end after three with an answer for which no function is offered', async () => {
    let calls = 0;
    const again = (): LLMPart[] => [call('look', { page: (calls += 1) })];
    const llm = new ScriptedLLM([again, again, again, [text('I found two.')]]);
    llm.setInstructions('Be brief.');
    llm.registerFunction({
      name: 'look',
      description: '',
      parameters: { type: 'object' },
      execute: ({ page }) => page,
    });
    expect(await say(llm, 'Find')).toBe('I found two.');
    expect(llm.requests.map(({ tools }) => tools.length)).toEqual([1, 1, 1, 0]);
    expect(llm.requests[3]?.instructions).toMatch(/^Be brief\.\n\nYou can call no more functions/);
  });

  it('fail rather than end in silence', async () => {
    const llm = new ScriptedLLM([[call('look')], [call('look')]], { maxToolRounds: 1 });
    await expect(say(llm, 'Find')).rejects.toMatchObject({
      kind: 'content',
      message: expect.stringContaining('maxToolRounds'),
    });
    expect(() => new ScriptedLLM([], { maxToolRounds: -1 })).toThrow(RangeError);
  });

  it('give ids where a provider gives none, or the same twice', async () => {
    const llm = new ScriptedLLM([
      [call('a', {}, ''), call('b', {}, 'x'), call('c', {}, 'x')],
      [text('ok')],
    ]);
    await say(llm, 'Go');
    const ids = llm.conversation.messages.flatMap((message) =>
      message.role === 'tool' ? [message.toolCallId] : [],
    );
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => id.length > 0)).toBe(true);
  });

  it('are refused when the model asks for too many calls', async () => {
    const many = Array.from({ length: 129 }, (_, index) => call('a', { index }, String(index)));
    await expect(say(new ScriptedLLM([many]), 'Go')).rejects.toMatchObject({ kind: 'protocol' });
  });
});

describe('a plugin that overrides simpleResponse()', () => {
  class Whole extends LLM {
    asked: unknown[] = [];

    override async *simpleResponse(
      _text: string,
      options: ResponseOptions = {},
    ): AsyncGenerator<LLMResponse> {
      const tools = this.convertToolsToProviderFormat(this.getAvailableFunctions());
      this.asked.push({ messages: said(this.messagesFor(options)), tools });
      const calls = this.extractToolCallsFromResponse('look');
      const results = await this.executeTools(calls, options);
      this.asked.push(this.createToolResultMessage(calls, results));
      yield { type: 'delta', delta: 'Found it.' };
    }

    protected override extractToolCallsFromResponse(
      response: string,
    ): ReturnType<LLM['extractToolCallsFromResponse']> {
      return [{ id: '1', name: response, arguments: '{}' }];
    }
  }

  it('has the conversation, the functions and the end from its base', async () => {
    const llm = new Whole({ provider: 'acme' });
    llm.registerFunction({ name: 'look', description: 'Looks', execute: () => 'a cat' });
    expect(await say(llm, 'What is it?')).toBe('Found it.');
    expect(llm.asked).toEqual([
      {
        messages: ['user: What is it?'],
        tools: [
          {
            type: 'function',
            function: {
              name: 'look',
              description: 'Looks',
              parameters: { type: 'object', properties: {}, additionalProperties: false },
            },
          },
        ],
      },
      [{ role: 'tool', tool_call_id: '1', content: 'a cat' }],
    ]);
    expect(said(llm.conversation.messages)).toEqual([
      'user: What is it?',
      'assistant: ',
      'tool: a cat',
      'assistant: Found it.',
    ]);
  });

  it('need not add up what it counted', async () => {
    class Counting extends LLM {
      override async *simpleResponse(_text: string): AsyncGenerator<LLMResponse> {
        yield { type: 'final', text: '', latencyMs: 0, inputTokens: 3, outputTokens: 4 };
      }
    }
    const [final] = await collect(new Counting({ provider: 'acme' }).simpleResponse('Hi'));
    expect(final).toMatchObject({ inputTokens: 3, outputTokens: 4, totalTokens: 7 });
  });

  it('is refused where it is a field, which would not be watched', async () => {
    class Field extends LLM {
      override simpleResponse = async function* (): AsyncGenerator<LLMResponse> {
        yield { type: 'delta', delta: 'unseen' };
      };
    }
    await expect(new Field({ provider: 'acme' }).start()).rejects.toThrow(
      /^Field has simpleResponse\(\) as a field, .* Write it as a method of the class\.$/,
    );
  });
});
