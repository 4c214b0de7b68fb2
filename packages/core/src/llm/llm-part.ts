import type { ToolSchema } from '../functions/index.ts';
import type { Message } from './message.ts';

/** What a plugin asks its provider in one round. */
export interface LLMRequest {
  /** The conversation, the instructions not among it. The last message is what is to be answered. */
  messages: readonly Message[];
  /** The functions that the model may call; empty in the last round, where it has to answer. */
  tools: readonly ToolSchema[];
  /** What the model is told before all else; empty when there is nothing. */
  instructions: string;
}

export interface TokenUsage {
  inputTokens?: number | null | undefined;
  outputTokens?: number | null | undefined;
}

/** What a provider's answer is made of, in one round. */
export type LLMPart =
  | { type: 'text-delta'; delta: string }
  /** A whole call: a plugin puts together what comes in pieces. */
  | { type: 'tool-call'; id: string; name: string; arguments: string }
  | {
      type: 'finish';
      /** The provider's word for why it ended. */
      reason?: string | null | undefined;
      usage?: TokenUsage | null | undefined;
      /** Which model answered, where that is not the one asked for. */
      model?: string | null | undefined;
      /** The provider's own object, passed on as it is. */
      original?: unknown;
    };
