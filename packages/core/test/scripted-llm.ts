import {
  LLM,
  type LLMInit,
  type LLMPart,
  type LLMRequest,
  type LLMResponse,
} from '../src/llm/index.ts';

type Round = (
  request: LLMRequest,
  options: { signal: AbortSignal; turnId: string },
) => Iterable<LLMPart> | AsyncIterable<LLMPart>;

export const text = (delta: string): LLMPart => ({ type: 'text-delta', delta });

export const call = (name: string, args: unknown = {}, id = `id-${name}`): LLMPart => ({
  type: 'tool-call',
  id,
  name,
  arguments: typeof args === 'string' ? args : JSON.stringify(args),
});

/** Says in each round what a test wants, and notes what it was asked. */
export class ScriptedLLM extends LLM {
  readonly requests: LLMRequest[] = [];
  readonly #rounds: Round[];

  constructor(rounds: readonly (readonly LLMPart[] | Round)[] = [], init: Partial<LLMInit> = {}) {
    super({ provider: 'acme', ...init });
    this.#rounds = rounds.map((round) => (typeof round === 'function' ? round : () => round));
  }

  protected override async *respond(
    request: LLMRequest,
    options: { signal: AbortSignal; turnId: string },
  ): AsyncGenerator<LLMPart> {
    this.requests.push(request);
    const round = this.#rounds.shift();
    if (!round) throw new Error('the script is over');
    yield* round(request, options);
  }
}

export async function collect(answer: AsyncIterable<LLMResponse>): Promise<LLMResponse[]> {
  const items: LLMResponse[] = [];
  for await (const item of answer) items.push(item);
  return items;
}

/** The text of an answer that has come to its end. */
export async function say(llm: LLM, question: string): Promise<string | undefined> {
  const items = await collect(llm.simpleResponse(question));
  const last = items.at(-1);
  return last?.type === 'final' ? last.text : undefined;
}
