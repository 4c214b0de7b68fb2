import type { Participant } from '../events/participant.ts';
import type { ImagePart } from './message.ts';
import type { StateSource } from './state-message.ts';

/**
 * What comes out of `simpleResponse()`. An answer is whole only when its last item is `final`: one that is interrupted
 * ends without, one that fails rejects.
 */
export type LLMResponse =
  | { type: 'delta'; delta: string }
  | {
      type: 'final';
      /** All deltas. Empty when the model had nothing to say. */
      text: string;
      /** From the first time that the answer was asked for until now. */
      latencyMs: number;
      /** Missing for an answer without text. */
      timeToFirstTokenMs?: number | undefined;
      /** Over all rounds, as are the others. Missing when the provider does not count. */
      inputTokens?: number | undefined;
      outputTokens?: number | undefined;
      totalTokens?: number | undefined;
      model?: string | undefined;
      /** The provider's own object, where the plugin passes it on. */
      original?: unknown;
    };

export type LLMFinal = Extract<LLMResponse, { type: 'final' }>;

export interface ResponseOptions {
  /** Who said it. */
  participant?: Participant | undefined;
  /** Aborted when the answer is not wanted any more. */
  signal?: AbortSignal | undefined;
  /** What the turn is called in the conversation; made up unless given. */
  turnId?: string | undefined;
  /** What the model is shown with the text. One without bytes is a TypeError. */
  images?: readonly ImagePart[] | undefined;
  /** Whose state the model is told with the text, as it is when the answer is asked for: the processors of the agent. */
  processors?: readonly StateSource[] | undefined;
}
