import type { ToolCall } from '@vision-agents/core';
import type { z } from 'zod';
import type { CallPiece } from './chat-chunk.ts';

/** A call as it came, with what the provider wants back with it. */
export interface BuiltCall extends ToolCall {
  extra: unknown;
}

/**
 * Puts calls together from their pieces: by index, and where a provider has none, or the same for all, by their ids.
 */
export class CallBuilder {
  readonly #calls: BuiltCall[] = [];
  readonly #byIndex = new Map<number, BuiltCall>();

  /** In the order in which they were begun. */
  get calls(): readonly BuiltCall[] {
    return this.#calls;
  }

  add({ index, id, function: piece, extra_content: extra }: z.output<typeof CallPiece>): void {
    const known = typeof index === 'number' ? this.#byIndex.get(index) : this.#calls.at(-1);
    const isOther =
      !known || (id ? known.id !== '' && id !== known.id : !!piece?.name && index == null);
    const call = isOther ? this.#begin(index) : known;
    if (id) call.id = id;
    // Some providers repeat the name with each piece.
    if (call.name === '') call.name = piece?.name ?? '';
    const text = piece?.arguments ?? '';
    call.arguments += typeof text === 'string' ? text : JSON.stringify(text);
    call.extra ??= extra;
  }

  #begin(index: number | null | undefined): BuiltCall {
    const call: BuiltCall = { id: '', name: '', arguments: '', extra: undefined };
    this.#calls.push(call);
    if (typeof index === 'number') this.#byIndex.set(index, call);
    return call;
  }
}
