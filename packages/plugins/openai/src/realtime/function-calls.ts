import type { RealtimeEvent } from '@vision-agents/core';
import type { ServerEvent } from './server-event.ts';

type CallEvent = Extract<
  ServerEvent,
  {
    type:
      | 'response.output_item.added'
      | 'response.output_item.done'
      | 'response.function_call_arguments.done';
  }
>;

/**
 * Finds the calls of a response: in the item when it is complete, or in its arguments, of which some servers say the
 * name and others don't. Each is told once.
 */
export class FunctionCalls {
  readonly #names = new Map<string, string>();
  readonly #told = new Set<string>();

  take(event: CallEvent): RealtimeEvent[] {
    const { response_id: responseId } = event;
    if (event.type === 'response.function_call_arguments.done') {
      const name = event.name ?? this.#names.get(event.item_id);
      return this.#tell({ responseId, id: event.call_id, name, arguments: event.arguments });
    }
    const { item } = event;
    if (item.type !== 'function_call') return [];
    if (item.id && item.name) this.#names.set(item.id, item.name);
    // A call that broke off has not all of its arguments.
    if (event.type === 'response.output_item.added' || item.status === 'incomplete') return [];
    return this.#tell({ responseId, id: item.call_id, name: item.name, arguments: item.arguments });
  }

  /** The response is over. */
  clear(): void {
    this.#names.clear();
    this.#told.clear();
  }

  #tell(call: {
    responseId: string | null | undefined;
    id: string | null | undefined;
    name: string | null | undefined;
    arguments: string | null | undefined;
  }): RealtimeEvent[] {
    const { responseId, id, name, arguments: args } = call;
    if (!id || !name || this.#told.has(id)) return [];
    this.#told.add(id);
    return [{ type: 'tool-call', responseId, id, name, arguments: args ?? '' }];
  }
}
