import type { ToolCall } from '@vision-agents/core';
import type { BuiltCall } from './call-builder.ts';

/** More calls than a conversation has, of which a provider wants something back. */
const MAX_KEPT = 512;

/**
 * What providers want back with the calls of a model, and the conversation has no place for: its reasoning
 * (`reasoning_content` of DeepSeek, `reasoning_details` of OpenRouter), and the signature of a call (`extra_content` of
 * Gemini).
 */
export class Keepsakes {
  readonly #reasoning = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #extra = new Map<string, unknown>();

  keep(calls: readonly BuiltCall[], reasoning: Readonly<Record<string, unknown>>): void {
    const [first] = calls;
    if (first && Object.keys(reasoning).length > 0) put(this.#reasoning, first.id, reasoning);
    for (const { id, extra } of calls) if (extra !== undefined) put(this.#extra, id, extra);
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

function put<T>(map: Map<string, T>, id: string, value: T): void {
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > MAX_KEPT && oldest !== undefined) map.delete(oldest);
}
