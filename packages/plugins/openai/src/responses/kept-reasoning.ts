import type { ToolCall } from '@vision-agents/core';
import type { ResponseReasoningItem } from 'openai/resources/responses/responses';
import { z } from 'zod';
import { BoundedMap } from '../bounded-map.ts';
import { KeepableReasoning, type OutputItem } from './response-event.ts';

/** More rounds of calls than answers have that are made at the same time. */
const MAX_KEPT = 64;

const Item = z.custom<ResponseReasoningItem>((item) => KeepableReasoning.safeParse(item).success);

/**
 * What a model thought before it called functions: it goes on with it when it is given it back with their results.
 * The provider keeps nothing, so it comes sealed, and is sent back as it came.
 *
 * Source: "Keeping reasoning items in context" of OpenAI's guide to reasoning models.
 */
export class KeptReasoning {
  readonly #byCall = new BoundedMap<readonly ResponseReasoningItem[]>(MAX_KEPT);

  /** Keeps the reasoning among the items of a response, for its first call. */
  keep(items: readonly OutputItem[], [first]: readonly Pick<ToolCall, 'id'>[]): void {
    const reasoning = items.flatMap((item) => {
      const parsed = Item.safeParse(item);
      return parsed.success ? [parsed.data] : [];
    });
    if (first && reasoning.length > 0) this.#byCall.set(first.id, reasoning);
  }

  /** What led to these calls. */
  before([first]: readonly Pick<ToolCall, 'id'>[]): readonly ResponseReasoningItem[] {
    return (first && this.#byCall.get(first.id)) ?? [];
  }
}
