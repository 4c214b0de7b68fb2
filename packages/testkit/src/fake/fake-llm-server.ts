import type { FakeExchange } from './fake-exchange.ts';
import { FakeHttpServer } from './fake-http-server.ts';
import type { FakeHttpRequest } from './fake-http-request.ts';
import type { FakePrompt, FakeToolCall, LLMFake, LLMReply } from './llm-fake.ts';

/** A piece of a model's answer, to be put into the provider's words. */
export type LLMSaying =
  | { type: 'start' }
  | { type: 'text'; delta: string }
  | { type: 'tool-call'; index: number; call: FakeToolCall }
  | { type: 'finish'; reason: 'stop' | 'tool-calls'; usage: FakeUsage }
  | { type: 'error'; message: string };

/** What was used: a token is a word. */
export interface FakeUsage {
  inputTokens: number;
  outputTokens: number;
}

/**
 * A language model that is asked over HTTP. It says what a test has it say; it calls no function that it was not
 * offered, and counts a word as a token.
 *
 * A plugin's own fake extends it with the provider's protocol: `authorise`, `readPrompt` and `say`.
 */
export abstract class FakeLLMServer extends FakeHttpServer implements LLMFake {
  /** What the model says when nothing was scripted; it repeats what the user said unless it is set. */
  answerTo: (prompt: FakePrompt) => LLMReply = () => ({ text: repeat });
  readonly #held = new Set<() => void>();
  #replies: LLMReply[] = [];
  #prompts: FakePrompt[] = [];
  #calls = 0;

  get prompts(): readonly FakePrompt[] {
    return this.#prompts;
  }

  override async start(): Promise<void> {
    this.#replies = [];
    this.#prompts = [];
    this.#calls = 0;
    await super.start();
  }

  reply(reply: LLMReply): void {
    this.#replies.push(reply);
  }

  release(): void {
    for (const goOn of this.#held) goOn();
  }

  /**
   * What the model is given.
   *
   * @throws Error when the provider would refuse it, and why
   */
  protected abstract readPrompt(request: FakeHttpRequest): FakePrompt;

  /** Says a piece of the answer. The last one, `finish` or `error`, also ends it. */
  protected abstract say(exchange: FakeExchange, saying: LLMSaying, prompt: FakePrompt): void;

  protected override async onRequest(exchange: FakeExchange): Promise<void> {
    const prompt = this.readPrompt(exchange.request);
    this.#prompts.push(prompt);
    this.note('prompt');
    const reply = this.#replies.shift() ?? this.answerTo(prompt);
    const text = typeof reply.text === 'function' ? await reply.text(prompt) : reply.text;
    const pieces = this.#piecesOf(text ?? '', reply, prompt);
    this.say(exchange, { type: 'start' }, prompt);
    if (reply.holdAfter === 0) await this.#hold(exchange);
    for (const [index, piece] of pieces.entries()) {
      this.say(exchange, piece, prompt);
      // It holds at once, so that whoever has heard the piece can release it.
      if (index + 1 === reply.holdAfter) await this.#hold(exchange);
      // Each piece is a packet of its own.
      else await new Promise(setImmediate);
    }
    this.#end(exchange, reply, pieces, prompt);
  }

  #piecesOf(text: string, { toolCalls = [] }: LLMReply, prompt: FakePrompt): LLMSaying[] {
    const words = text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
    const calls = toolCalls.map((scripted, index): LLMSaying => {
      const { name, arguments: args = {}, invented = false } = scripted;
      if (!invented && !prompt.tools.some((tool) => tool.name === name))
        throw new Error(`the model is to call ${name}, which it was not offered`);
      this.#calls += 1;
      const json = typeof args === 'string' ? args : JSON.stringify(args);
      return {
        type: 'tool-call',
        index,
        call: { id: `call_${this.#calls}`, name, arguments: json },
      };
    });
    return [...words.map((delta): LLMSaying => ({ type: 'text', delta })), ...calls];
  }

  #end(
    exchange: FakeExchange,
    { ending = 'finish', message = 'overloaded', toolCalls = [] }: LLMReply,
    pieces: readonly LLMSaying[],
    prompt: FakePrompt,
  ): void {
    switch (ending) {
      case 'finish': {
        const words =
          prompt.messages
            .map(({ text }) => text)
            .join(' ')
            .match(/\S+/g) ?? [];
        const usage = { inputTokens: words.length, outputTokens: pieces.length };
        const reason = toolCalls.length > 0 ? 'tool-calls' : 'stop';
        this.say(exchange, { type: 'finish', reason, usage }, prompt);
        return;
      }
      case 'error':
        this.say(exchange, { type: 'error', message }, prompt);
        return;
      case 'cut':
        exchange.drop();
        return;
      case 'stop':
        exchange.end();
    }
  }

  #hold(exchange: FakeExchange): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const goOn = (): void => {
      this.#held.delete(goOn);
      resolve();
    };
    this.#held.add(goOn);
    exchange.signal.addEventListener('abort', goOn);
    return promise;
  }
}

function repeat({ messages }: FakePrompt): string {
  const last = messages.findLast(({ role }) => role === 'user');
  return `You said: ${last?.text ?? 'nothing'}`;
}
