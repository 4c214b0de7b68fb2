import {
  LLMErrorEvent,
  ProviderError,
  textOf,
  type FunctionContext,
  type FunctionDefinition,
  type LLM,
  type LLMPart,
  type LLMRequest,
  type LLMResponse,
} from '@vision-agents/core';
import type { FakeChatServer } from '../src/index.ts';
import { changeAnswers, filterEvents, isError, replaceMethod } from './alter-llm.ts';
import { REFERENCE_KEY } from './reference/reference-provider.ts';
import { ReferenceLLM } from './reference/reference-llm.ts';

type Input = NonNullable<ConstructorParameters<typeof ReferenceLLM>[0]>;
type Respond = (request: LLMRequest, options: { signal: AbortSignal }) => AsyncIterable<LLMPart>;

function inputOf(provider: FakeChatServer): Input {
  return { baseUrl: `${provider.url}/v1`, apiKey: REFERENCE_KEY };
}

const good = (provider: FakeChatServer): ReferenceLLM => new ReferenceLLM(inputOf(provider));

/** A plugin whose rounds are changed; the change is given the good one. */
function changeRounds(provider: FakeChatServer, change: (respond: Respond) => Respond): LLM {
  class Changed extends ReferenceLLM {
    protected override async *respond(
      request: LLMRequest,
      options: { signal: AbortSignal },
    ): AsyncGenerator<LLMPart> {
      yield* change((given, context) => super.respond(given, context))(request, options);
    }
  }
  return new Changed(inputOf(provider));
}

function changeRequests(
  provider: FakeChatServer,
  change: (request: LLMRequest) => LLMRequest,
): LLM {
  return changeRounds(
    provider,
    (respond) => (request, options) => respond(change(request), options),
  );
}

function changeParts(
  provider: FakeChatServer,
  change: (part: LLMPart, request: LLMRequest) => readonly LLMPart[],
): LLM {
  return changeRounds(
    provider,
    (respond) =>
      async function* changed(request, options) {
        for await (const part of respond(request, options)) yield* change(part, request);
      },
  );
}

/** What an error is made of instead, or nothing when it is swallowed. */
function changeErrors(
  provider: FakeChatServer,
  change: (error: ProviderError) => Error | undefined,
): LLM {
  return changeRounds(
    provider,
    (respond) =>
      async function* changed(request, options) {
        try {
          yield* respond(request, options);
        } catch (thrown) {
          const error = ProviderError.isInstance(thrown) ? change(thrown) : thrown;
          if (error !== undefined) throw error;
        }
      },
  );
}

type AnyFunction = FunctionDefinition<Record<string, unknown>>;

/** A plugin that calls functions in another way. */
function changeFunctions(
  provider: FakeChatServer,
  change: (execute: AnyFunction['execute']) => AnyFunction['execute'],
): LLM {
  const llm = good(provider);
  const register = llm.registerFunction.bind(llm);
  Object.defineProperty(llm, 'registerFunction', {
    value: (definition: AnyFunction) =>
      register({
        ...definition,
        execute: change((args, context) => definition.execute(args, context)),
      }),
  });
  return llm;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function lastQuestion({ prompts }: FakeChatServer): string | undefined {
  return prompts.at(-1)?.messages.at(-1)?.text;
}

const never = new AbortController().signal;

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

class WithoutUsage extends ReferenceLLM {
  protected override get streamOptions(): undefined {
    return undefined;
  }
}

class ReadsEnvironmentLate extends ReferenceLLM {
  protected override respond(...given: Parameters<Respond>): AsyncGenerator<LLMPart> {
    if (process.env['REFERENCE_API_KEY'] === 'none') throw new Error('no key');
    return super.respond(...given);
  }
}

class VagueAboutTheKey extends ReferenceLLM {
  constructor(input: Input = {}) {
    if (input.apiKey === undefined) throw new Error('Invalid credentials');
    super(input);
  }
}

class TakesAnyOption extends ReferenceLLM {
  constructor({ apiKey, baseUrl }: Input = {}) {
    super({ apiKey, baseUrl });
  }
}

class ShowsItsKey extends ReferenceLLM {
  readonly key: string | undefined;

  constructor(input: Input = {}) {
    super(input);
    this.key = input.apiKey;
  }
}

/** For each rule a plugin that breaks just that one. */
export const brokenLLMs: Readonly<Record<string, (provider: FakeChatServer) => LLM>> = {
  'starts-once': (provider) => {
    let starts = 0;
    return replaceMethod(good(provider), 'start', (start) => async () => {
      starts += 1;
      if (starts > 1) throw new Error('already started');
      await start();
    });
  },
  'closes-once': (provider) => {
    let closes = 0;
    return replaceMethod(good(provider), 'close', (close) => async () => {
      closes += 1;
      await close();
      if (closes > 1) throw new Error('already closed');
    });
  },
  'stays-closed': (provider) => {
    const llm = good(provider);
    return replaceMethod(llm, 'start', (start) => async () => {
      if (!llm.closed) await start();
    });
  },
  'close-ends-answers': (provider) => {
    const llm = good(provider);
    return changeAnswers(llm, async function* final(answer) {
      let last: LLMResponse | undefined;
      let text = '';
      for await (const item of answer) {
        last = item;
        text += item.type === 'delta' ? item.delta : '';
        yield item;
      }
      if (llm.closed && last?.type === 'delta') {
        const { prompts } = provider;
        if (prompts.length === 1) yield { type: 'final', text, latencyMs: 0 };
      }
    });
  },
  'closes-while-waiting': (provider) => {
    const llm = good(provider);
    return replaceMethod(llm, 'close', (close) => async () => {
      if (provider.openConnections > 0 && lastQuestion(provider) === 'Hello?') await wait(3_000);
      await close();
    });
  },
  'close-is-no-error': (provider) => {
    const llm = good(provider);
    return replaceMethod(llm, 'close', (close) => async () => {
      const error = new ProviderError({ provider: 'reference', kind: 'network', message: 'cut' });
      if (provider.openConnections > 0 && !llm.closed)
        llm.events.send(Object.assign(new LLMErrorEvent(), { error, context: 'close' }));
      await close();
    });
  },
  'quiet-after-close': (provider) => {
    const llm = good(provider);
    return replaceMethod(llm, 'close', (close) => async () => {
      await close();
      const error = new ProviderError({ provider: 'reference', kind: 'network', message: 'late' });
      setImmediate(() =>
        llm.events.send(Object.assign(new LLMErrorEvent(), { error, context: 'late' })),
      );
    });
  },
  'leaves-no-handle': (provider) =>
    changeRounds(provider, (respond) => (request, options) => {
      setTimeout(() => undefined, 2_000);
      return respond(request, options);
    }),
  'streams-deltas': (provider) =>
    changeAnswers(good(provider), async function* shortened(answer) {
      for await (const item of answer)
        yield item.type === 'final' ? { ...item, text: item.text.slice(0, 10) } : item;
    }),
  'streams-as-it-comes': (provider) =>
    changeAnswers(good(provider), async function* behind(answer, { signal = never }) {
      let last: LLMResponse | undefined;
      for await (const item of answer) {
        if (last) yield last;
        last = item;
      }
      if (last?.type === 'final' && !signal.aborted) yield last;
    }),
  'counts-tokens': (provider) => new WithoutUsage(inputOf(provider)),
  'empty-answers': (provider) =>
    changeAnswers(good(provider), async function* eloquent(answer) {
      for await (const item of answer) {
        if (item.type === 'final' && item.text === '') yield { type: 'delta', delta: '…' };
        yield item;
      }
    }),
  'tells-instructions': (provider) =>
    changeRequests(provider, (request) => ({ ...request, instructions: '' })),
  remembers: (provider) =>
    changeRequests(provider, (request) => ({
      ...request,
      messages: request.messages.filter((message) => textOf(message) !== 'Blue.'),
    })),
  'tells-speakers-apart': (provider) =>
    changeRequests(provider, (request) => ({
      ...request,
      messages: request.messages.map((message) =>
        message.role === 'tool' ? message : { ...message, participant: undefined },
      ),
    })),
  'answers-at-once': (provider) => {
    let busy = false;
    return changeAnswers(good(provider), async function* alone(answer) {
      if (busy) throw new Error('one at a time');
      busy = true;
      try {
        yield* answer;
      } finally {
        busy = false;
      }
    });
  },
  'shows-images': (provider) =>
    changeRequests(provider, (request) => ({
      ...request,
      messages: request.messages.map((message) =>
        message.role === 'tool' ? message : { ...message, content: textOf(message) },
      ),
    })),
  'offers-functions': (provider) =>
    changeRequests(provider, (request) => ({
      ...request,
      tools: request.tools.map((tool) => ({ ...tool, description: 'A function' })),
    })),
  'calls-functions': (provider) =>
    changeFunctions(
      provider,
      (execute) =>
        ({ city }, context) =>
          execute({ city }, context),
    ),
  'calls-several-functions': (provider) => {
    let called = 0;
    return changeRounds(
      provider,
      (respond) =>
        async function* first(request, options) {
          called = 0;
          for await (const part of respond(request, options)) {
            called += part.type === 'tool-call' ? 1 : 0;
            if (part.type !== 'tool-call' || called === 1) yield part;
          }
        },
    );
  },
  'tells-bad-arguments': (provider) =>
    changeParts(provider, (part) => [
      part.type === 'tool-call' && !isJson(part.arguments) ? { ...part, arguments: '{}' } : part,
    ]),
  'tells-unknown-functions': (provider) =>
    changeParts(provider, (part, { tools }) =>
      part.type === 'tool-call' && !tools.some(({ name }) => name === part.name) ? [] : [part],
    ),
  'tells-failures': (provider) =>
    changeFunctions(provider, (execute) => async (args, context) => {
      try {
        return await execute(args, context);
      } catch {
        return 'done';
      }
    }),
  'answers-at-last': (provider) =>
    changeParts(provider, (part, { tools, messages }) =>
      part.type === 'text-delta' && tools.length === 0 && messages.at(-1)?.role === 'tool'
        ? []
        : [part],
    ),
  'ends-when-aborted': (provider) =>
    changeAnswers(good(provider), async function* rejecting(answer, { signal = never, turnId }) {
      yield* answer;
      const plain = turnId === undefined && lastQuestion(provider) === 'What is the weather?';
      if (plain) signal.throwIfAborted();
    }),
  'cancels-the-request': (provider) =>
    changeRounds(provider, (respond) => (request) => respond(request, { signal: never })),
  'forgets-interrupted-answers': (provider) => {
    const llm = good(provider);
    return changeAnswers(llm, async function* remembering(answer, { signal = never }) {
      let text = '';
      for await (const item of answer) {
        text += item.type === 'delta' ? item.delta : '';
        yield item;
      }
      if (signal.aborted && text !== '') llm.conversation.add({ role: 'assistant', content: text });
    });
  },
  'stops-functions': (provider) =>
    changeFunctions(
      provider,
      (execute) => (args, context: FunctionContext) => execute(args, { ...context, signal: never }),
    ),
  'notices-an-error': (provider) =>
    changeErrors(provider, (error) =>
      error.message.includes('out of capacity')
        ? new ProviderError({ provider: 'reference', kind: 'network', message: 'failed' })
        : error,
    ),
  'notices-a-cut': (provider) =>
    changeErrors(provider, (error) =>
      /cut off|terminated|closed/.test(error.message) ? undefined : error,
    ),
  'notices-a-missing-end': (provider) =>
    changeErrors(provider, (error) =>
      error.message.includes('not complete') && provider.prompts.length > 0 ? undefined : error,
    ),
  'survives-garbage': (provider) =>
    changeErrors(provider, (error) =>
      error.kind === 'protocol' && provider.prompts.length === 0
        ? new ProviderError({ provider: 'reference', kind: 'internal', message: 'garbage' })
        : error,
    ),
  'reports-a-refusal': (provider) =>
    filterEvents(good(provider), (event) => !isError(event, ({ status }) => status === 503)),
  'gives-up-on-a-wrong-key': (provider) => {
    const llm = good(provider);
    llm.events.on(LLMErrorEvent, async ({ error }) => {
      if (error.kind === 'auth') await (await fetch(provider.url)).text();
    });
    return llm;
  },
  'says-which-key-is-missing': (provider) => new VagueAboutTheKey(inputOf(provider)),
  'reads-environment-once': (provider) => new ReadsEnvironmentLate(inputOf(provider)),
  'refuses-unknown-options': (provider) => new TakesAnyOption(inputOf(provider)),
  'keeps-secrets': (provider) => new ShowsItsKey(inputOf(provider)),
};
