import type { LLMPart } from './llm-part.ts';
import type { LLMFinal } from './llm-response.ts';

type Finish = Extract<LLMPart, { type: 'finish' }>;

/** What was used for an answer, over its rounds. */
export class TokenCount {
  #input: number | undefined;
  #output: number | undefined;
  #last: Finish | undefined;

  add(finish: Finish): void {
    this.#input = sum(this.#input, finish.usage?.inputTokens);
    this.#output = sum(this.#output, finish.usage?.outputTokens);
    this.#last = finish;
  }

  fields(): Partial<LLMFinal> {
    const [input, output] = [this.#input, this.#output];
    const { model, original } = this.#last ?? {};
    return {
      ...(input !== undefined && { inputTokens: input }),
      ...(output !== undefined && { outputTokens: output }),
      ...(input !== undefined && output !== undefined && { totalTokens: input + output }),
      ...(typeof model === 'string' && { model }),
      ...(original !== undefined && { original }),
    };
  }
}

function sum(before: number | undefined, added: number | null | undefined): number | undefined {
  return added === undefined || added === null ? before : (before ?? 0) + added;
}
