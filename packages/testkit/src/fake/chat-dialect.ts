import type { LLMSaying } from './fake-llm-server.ts';

/** How a server differs from OpenAI's, whose protocol it speaks. Nothing unless given. */
export interface ChatDialect {
  /** Parameters of a request that it knows besides OpenAI's. */
  parameters?: readonly string[] | undefined;
  /** Fields of a message, and of a call in it, that it knows besides OpenAI's. */
  messageFields?: readonly string[] | undefined;
  /** False when it never tells what was used. */
  usage?: boolean | undefined;
  /** True when it begins with a chunk that has no choices. */
  emptyChoices?: boolean | undefined;
  /** Why every answer ends, whatever is in it; null when it gives no reason. */
  finishReason?: 'stop' | 'length' | 'tool_calls' | 'content_filter' | null | undefined;
  /** False when the stream ends without `[DONE]`. */
  done?: boolean | undefined;
  /** True when it answers whole, also when it is asked to stream. */
  whole?: boolean | undefined;
  /** How calls come: in pieces by index; whole, all with the index 0; or whole, without any. */
  calls?: 'in-pieces' | 'index-0' | 'without-index' | undefined;
  /** Text comes in chunks of so many characters; word by word unless given. */
  chunkLength?: number | undefined;
  /** Fields that come in the delta of a piece besides its own. */
  delta?: ((saying: LLMSaying) => object) | undefined;
  /** How it complains inside the stream. */
  error?: ((message: string) => object) | undefined;
}
