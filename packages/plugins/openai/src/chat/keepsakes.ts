import type { ToolCall } from '@vision-agents/core';
import { BoundedMap } from '../bounded-map.ts';
import type { BuiltCall } from './call-builder.ts';

/** More calls than a conversation has, of which a provider wants something back. */
const MAX_KEPT = 512;

/**
 * What providers want back with the calls of a model, and the conversation has no place for: its reasoning
 * (`reasoning_content` of DeepSeek, `reasoning_details` of OpenRouter), and the signature of a call (`extra_content` of
 * Gemini).
 */
export class Keepsakes {
  readonly #reasoning = new BoundedMap<Readonly<Record<string, unknown>>>(MAX_KEPT);
  readonly #extra = new BoundedMap<unknown>(MAX_KEPT);

  keep(calls: readonly BuiltCall[], reasoning: Readonly<Record<string, unknown>>): void {
    const [first] = calls;
    if (first && Object.keys(reasoning).length > 0) this.#reasoning.set(first.id, reasoning);
    for (const { id, extra } of calls) if (extra !== undefined) this.#extra.set(id, extra);
  }

  /** Fields of the message that these calls belong to. */
  ofCalls([first]: readonly ToolCall[]): Readonly<Record<string, unknown>> {
    return (first && this.#reasoning.get(first.id)) ?? {};
  }

  /** Fields of the call. */
  ofCall(id: string): Readonly<Record<string, unknown>> {
    const extra = this.#extra.get(id);
    return extra === undefined ? {} : { extra_content: extra };
  }
}
