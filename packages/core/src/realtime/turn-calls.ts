import { errorText } from '../functions/tool-result.ts';
import type { ToolResult } from '../functions/tool-runner.ts';
import type { EventOf } from './dialogue-types.ts';
import type { BegunCall, RealtimeResponse, RealtimeTurn } from './realtime-turn.ts';

const NO_MORE =
  'You can call no more functions for this answer. Answer now, with what you have found out; say what you could not find out.';

/** The calls that are under way, each begun as soon as the model has asked for it. */
export class TurnCalls {
  readonly #maxRounds: number;
  readonly #begin: (call: EventOf<'tool-call'>, turn: RealtimeTurn) => BegunCall;
  readonly #begun = new Map<string, BegunCall>();

  constructor(init: {
    maxRounds: number;
    begin: (call: EventOf<'tool-call'>, turn: RealtimeTurn) => BegunCall;
  }) {
    this.#maxRounds = init.maxRounds;
    this.#begin = init.begin;
  }

  /** Begins a call; a model that has had its rounds is told to come to an end instead. */
  begin(response: RealtimeResponse, event: EventOf<'tool-call'>): void {
    const { turn, calls } = response;
    if (calls.length === 0) turn.rounds += 1;
    const begun = turn.rounds > this.#maxRounds ? refused(event) : this.#begin(event, turn);
    calls.push(begun);
    this.#begun.set(event.id, begun);
    void begun.result.then(() => this.#begun.delete(event.id));
  }

  /** Whether the model calls on, although it was told to come to an end. */
  isEndless({ rounds }: RealtimeTurn): boolean {
    return rounds > this.#maxRounds + 1;
  }

  cancel(ids: readonly string[]): void {
    for (const id of ids) this.#begun.get(id)?.cancel();
  }

  close(): void {
    for (const call of this.#begun.values()) call.cancel();
  }
}

function refused({ id, name, arguments: text }: EventOf<'tool-call'>): BegunCall {
  const result: ToolResult = {
    toolCallId: id,
    name,
    content: errorText(NO_MORE),
    error: NO_MORE,
  };
  return {
    call: { id, name, arguments: text },
    result: Promise.resolve(result),
    cancel: () => undefined,
  };
}
