import { strict as assert } from 'node:assert';
import {
  BaseEvent,
  ComponentErrorEvent,
  ProviderError,
  type LLM,
  type LLMResponse,
  type ResponseOptions,
} from '@vision-agents/core';
import { Changes } from '../contract/changes.ts';
import type { GivenClient, PluginClient } from '../contract/plugin-client.ts';
import type { FakePrompt, LLMFake, LLMReply } from '../fake/index.ts';

/** What a contract suite needs to know of a plugin. */
export interface LLMSubject<Provider extends LLMFake = LLMFake, Client extends object = object> {
  /** A new instance that talks to the fake provider, with every credential it needs. */
  create(provider: Provider): LLM;
  /** The plugin's own fake. */
  provider: Provider;
  /** False when the model can't see. */
  images?: boolean | undefined;
  /** For a plugin that takes a client of the vendor's. */
  client?: PluginClient<Provider, LLM, Client> | undefined;
}

/** One instance under test, with everything that came out of it. */
export interface ObservedLLM {
  readonly llm: LLM;
  readonly events: readonly BaseEvent[];
  /** The errors that were told by events. */
  readonly errors: readonly ProviderError[];
}

/** An answer while it is read. */
export interface Reading {
  readonly items: readonly LLMResponse[];
  /** All deltas so far. */
  readonly text: string;
  /** How it ended: rejects as the answer does. */
  readonly ended: Promise<void>;
  /** Interrupts it. */
  abort(): void;
}

/** The longest that anything may take which is not limited by the rule itself. */
const PATIENCE_MS = 5_000;
/** Whoever streams has passed on by then what the provider has said. */
const STREAMED_MS = 250;

/** What a rule works with: the provider, instances that are closed when the rule has ended, and ways to wait. */
export class LLMBench {
  readonly provider: LLMFake;
  readonly #create: () => LLM;
  readonly #client: (() => GivenClient<LLM>) | undefined;
  readonly #changes = new Changes();
  readonly #made: LLM[] = [];

  constructor(init: {
    provider: LLMFake;
    create: () => LLM;
    client?: (() => GivenClient<LLM>) | undefined;
  }) {
    this.provider = init.provider;
    this.#create = init.create;
    this.#client = init.client;
  }

  /** A new client, for the rules about that. */
  client(): GivenClient<LLM> {
    assert(this.#client, 'the rule is about clients');
    return this.#client();
  }

  /** A new instance, not yet started. */
  create(): ObservedLLM {
    const llm = this.#create();
    this.#made.push(llm);
    const events: BaseEvent[] = [];
    const errors: ProviderError[] = [];
    llm.events.on(ComponentErrorEvent, ({ error }) => void errors.push(error));
    llm.events.on(BaseEvent, (event) => {
      events.push(event);
      this.#changes.notify();
    });
    return { llm, events, errors };
  }

  async start(): Promise<ObservedLLM> {
    const observed = this.create();
    await observed.llm.start();
    return observed;
  }

  /** Begins to read an answer. */
  read(llm: LLM, question: string, options: ResponseOptions = {}): Reading {
    const abort = new AbortController();
    const items: LLMResponse[] = [];
    const ended = (async () => {
      for await (const item of llm.simpleResponse(question, { signal: abort.signal, ...options })) {
        items.push(item);
        this.#changes.notify();
      }
    })();
    // A rule may look at it later, or not at all.
    ended.catch(() => undefined);
    return {
      items,
      ended,
      get text() {
        return textOf(items);
      },
      abort: () => abort.abort(new Error('interrupted by the rule')),
    };
  }

  /** Reads an answer to its end. */
  async ask(llm: LLM, question: string, options: ResponseOptions = {}): Promise<Reading> {
    const reading = this.read(llm, question, options);
    await within(PATIENCE_MS, `the answer to ${JSON.stringify(question)}`, reading.ended);
    return reading;
  }

  /** Asks, and resolves while the provider has said a part of the answer and then fell silent. */
  async askAndHold(llm: LLM, reply: LLMReply, options: ResponseOptions = {}): Promise<Reading> {
    const asked = this.provider.prompts.length;
    this.provider.reply({ holdAfter: 2, ...reply });
    const reading = this.read(llm, 'What is the weather?', options);
    await this.provider.changes.until(
      'the model is asked',
      () => this.provider.prompts.length > asked,
    );
    await this.until(
      'a piece of the answer comes',
      () => reading.items.length > 1,
      STREAMED_MS,
    ).catch(() => undefined);
    return reading;
  }

  /** Asks, and resolves with the error of the answer, which must be a `ProviderError` that an event told too. */
  async fail({ llm, errors }: ObservedLLM, why: string): Promise<ProviderError> {
    const reading = this.read(llm, 'What is the weather?');
    const error = await within(
      PATIENCE_MS,
      `an answer that fails because of ${why}`,
      reading.ended,
    ).then(
      () =>
        assert.fail(
          `reading an answer must reject because of ${why}, and not end as if it were whole`,
        ),
      (thrown: unknown) => thrown,
    );
    assert(
      ProviderError.isInstance(error),
      `reading must reject with a ProviderError, got ${String(error)}`,
    );
    assert.equal(error.provider, llm.provider, "the error must name the component's provider");
    await this.until(`an error event because of ${why}`, () => errors.length > 0);
    return error;
  }

  /** What the model was given last. */
  get prompt(): FakePrompt {
    const prompt = this.provider.prompts.at(-1);
    assert(prompt, 'the model must be asked');
    return prompt;
  }

  /** Resolves when the condition holds; it is looked at whenever something comes out of an instance. */
  until<T>(what: string, condition: () => T | undefined | false, timeoutMs?: number): Promise<T> {
    return this.#changes.until(what, condition, { timeoutMs });
  }

  /** Closes what the rule left open. A hung close must not hang the suite. */
  async cleanUp(): Promise<void> {
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, 10_000);
    await Promise.race([Promise.allSettled(this.#made.map((llm) => llm.close())), timeout.promise]);
    clearTimeout(timer);
  }
}

export function textOf(items: readonly LLMResponse[]): string {
  return items.map((item) => (item.type === 'delta' ? item.delta : '')).join('');
}

/** As the work; rejects with an AssertionError when it takes longer than `limitMs`. */
export async function within<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    timeout.reject(new assert.AssertionError({ message: `${what}: not done after ${limitMs} ms` }));
  }, limitMs);
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
