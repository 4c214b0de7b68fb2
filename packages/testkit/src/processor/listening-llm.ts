import { LLM, type LLMPart, type LLMRequest } from '@vision-agents/core';

/** A model that says "Yes." to all, and remembers what it was told. To a processor it is the agent. */
export class ListeningLLM extends LLM {
  readonly requests: LLMRequest[] = [];

  constructor() {
    super({ provider: 'listening' });
  }

  get functionNames(): string[] {
    return this.getAvailableFunctions().map(({ name }) => name);
  }

  protected override async *respond(request: LLMRequest): AsyncGenerator<LLMPart> {
    this.requests.push(request);
    yield { type: 'text-delta', delta: 'Yes.' };
  }
}
