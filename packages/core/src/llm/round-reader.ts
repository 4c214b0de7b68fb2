import { ProviderError } from '../errors/provider-error.ts';
import type { LLMPart } from './llm-part.ts';
import type { LLMResponse } from './llm-response.ts';
import type { ToolCall } from './message.ts';
import type { TokenCount } from './token-count.ts';

/** No model means so many: a provider that asks for more is out of its mind. */
const MAX_CALLS = 128;

/** Reads what a plugin yields in a round: text to pass on, calls to make, and what it cost. */
export class RoundReader {
  readonly #provider: string;
  readonly #count: TokenCount;
  readonly #ids = new Set<string>();
  #calls: ToolCall[] = [];
  #spoke = false;
  #end = '';

  constructor(init: { provider: string; count: TokenCount }) {
    this.#provider = init.provider;
    this.#count = init.count;
  }

  /** What the model wants to be called, in the last round that was read. */
  get calls(): readonly ToolCall[] {
    return this.#calls;
  }

  /** Whether the last round had text. */
  get spoke(): boolean {
    return this.#spoke;
  }

  async *read(parts: AsyncIterable<LLMPart>): AsyncGenerator<LLMResponse, void, undefined> {
    this.#calls = [];
    this.#spoke = false;
    for await (const part of parts) {
      if (part.type === 'text-delta' && part.delta !== '')
        yield { type: 'delta', delta: this.#text(part.delta) };
      if (part.type === 'tool-call') this.#call(part);
      if (part.type === 'finish') this.#count.add(part);
    }
  }

  /** Between what is said in two rounds there is a space, or a voice would read them as one word. */
  #text(delta: string): string {
    const gap = !this.#spoke && /\S$/.test(this.#end) && /^\S/.test(delta) ? ' ' : '';
    this.#spoke = true;
    this.#end = delta;
    return `${gap}${delta}`;
  }

  /** An id that is missing, or there already, is replaced: history would not say what belongs to what. */
  #call({ id, name, arguments: text }: Extract<LLMPart, { type: 'tool-call' }>): void {
    if (this.#calls.length === MAX_CALLS) {
      const message = `${this.#provider}: the model asks for more than ${MAX_CALLS} calls at once`;
      throw new ProviderError({ provider: this.#provider, kind: 'protocol', message });
    }
    const unique = id === '' || this.#ids.has(id) ? `call_${crypto.randomUUID()}` : id;
    this.#ids.add(unique);
    this.#calls.push({ id: unique, name, arguments: text });
  }
}
