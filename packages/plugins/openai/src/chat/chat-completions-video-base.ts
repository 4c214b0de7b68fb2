import {
  VideoLLM,
  type LLMPart,
  type LLMRequest,
  type ToolSchema,
  type VideoLLMInit,
} from '@vision-agents/core';
import type { ChatCompletionTool } from 'openai/resources/chat/completions';
import { ChatCompletions } from './chat-completions.ts';
import type { ChatContext, ChatRequest, ChatSettings } from './chat-request.ts';
import { chatTool } from './chat-tool.ts';

export type ChatCompletionsVideoInit = Omit<VideoLLMInit, 'provider' | 'model'> & ChatSettings;

/**
 * A model that sees, over chat completions. A provider's own plugin extends it with its options, and overrides
 * `prepareRequest()` and `convertToolsToProviderFormat()` where it differs.
 */
export abstract class ChatCompletionsVideoBase extends VideoLLM {
  readonly #chat: ChatCompletions;
  readonly #strict: boolean;

  constructor(init: ChatCompletionsVideoInit) {
    super(init);
    this.#strict = init.strictTools ?? false;
    this.#chat = new ChatCompletions(init, {
      signal: this.signal,
      clock: () => this.clock,
      fetch: this.fetch,
      convertTools: (tools) => this.convertToolsToProviderFormat(tools),
      prepare: (request, context) => this.prepareRequest(request, context),
      spawn: (name, task) => this.spawn(name, task),
    });
  }

  protected override respond(
    request: LLMRequest,
    options: { signal: AbortSignal; turnId: string },
  ): AsyncGenerator<LLMPart> {
    return this.#chat.respond(request, options);
  }

  protected override convertToolsToProviderFormat(
    tools: readonly ToolSchema[],
  ): ChatCompletionTool[] {
    return tools.map((tool) => chatTool(tool, { strict: this.#strict }));
  }

  /** Changes a request before it is sent; what it throws fails the answer. As it is unless overridden. */
  protected prepareRequest(
    request: ChatRequest,
    _context: ChatContext,
  ): ChatRequest | Promise<ChatRequest> {
    return request;
  }
}
