import type { RealtimeEvent } from '@vision-agents/core';
import type { ServerEvent, ServerItem } from './server-event.ts';

type CallEvent = Extract<
  ServerEvent,
  {
    type:
      | 'response.output_item.added'
      | 'response.output_item.done'
      | 'response.function_call_arguments.done';
  }
>;

type ResponseDone = Extract<ServerEvent, { type: 'response.done' }>;

/**
 * Finds the calls of a response: in the item when it is complete, or in its arguments, of which some servers say the
 * name and others don't, or in the response when it has ended. Each is told once.
 */
export class FunctionCalls {
  readonly #names = new Map<string, string>();
  readonly #told = new Set<string>();

  take(event: CallEvent): RealtimeEvent[] {
    const { response_id: responseId } = event;
    if (event.type === 'response.function_call_arguments.done') {
      const name = event.name ?? this.#names.get(event.item_id ?? '');
      return this.#tell({ responseId, id: event.call_id, name, arguments: event.arguments });
    }
    const { item } = event;
    if (event.type === 'response.output_item.done') return this.#whole(item, responseId);
    if (item.id && item.name) this.#names.set(item.id, item.name);
    return [];
  }

  /** The response is over: what was called in it and not told yet. */
  end({ id, output }: ResponseDone['response']): RealtimeEvent[] {
    const calls = (output ?? []).flatMap((item) => this.#whole(item, id));
    this.#names.clear();
    this.#told.clear();
    return calls;
  }

  #whole(item: ServerItem, responseId: string | null | undefined): RealtimeEvent[] {
    // A call that broke off has not all of its arguments.
    if (item.type !== 'function_call' || item.status === 'incomplete') return [];
    return this.#tell({ responseId, id: item.call_id, name: item.name, arguments: item.arguments });
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
