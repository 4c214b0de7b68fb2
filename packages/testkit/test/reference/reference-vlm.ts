import {
  VideoLLM,
  type LLMPart,
  type LLMRequest,
  type OptionsInput,
  type VideoLLMInit,
} from '@vision-agents/core';
import { options, ReferenceLLM } from './reference-llm.ts';

type Input = OptionsInput<typeof options>;

/** Speaks the protocol; what is around it is the VLM's. */
class Protocol extends ReferenceLLM {
  ask(request: LLMRequest, context: { signal: AbortSignal }): AsyncGenerator<LLMPart> {
    return this.respond(request, context);
  }
}

/** A plugin that keeps every rule; the broken ones differ from it in one thing each. */
export class ReferenceVLM extends VideoLLM {
  static readonly options = options;
  readonly #protocol: Protocol;

  constructor(input: Input = {}, init: Partial<VideoLLMInit> = {}) {
    super({ provider: 'reference', model: 'reference-1', ...init });
    this.#protocol = new Protocol(input);
  }

  protected override respond(
    request: LLMRequest,
    context: { signal: AbortSignal },
  ): AsyncGenerator<LLMPart> {
    return this.#protocol.ask(request, context);
  }
}
