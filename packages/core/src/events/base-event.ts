import type { Participant } from './participant.ts';

/** What happened, told to observers. Every concrete event class has a `type` string of its own. */
export abstract class BaseEvent {
  static readonly type: string = 'event';

  readonly timestamp: Date = new Date();
  readonly participant?: Participant;
  #id: string | undefined;

  constructor(init: { participant?: Participant | undefined } = {}) {
    if (init.participant) this.participant = init.participant;
  }

  /** Unique, and made when it is first asked for. */
  get id(): string {
    this.#id ??= crypto.randomUUID();
    return this.#id;
  }

  get type(): string {
    return String(Reflect.get(this.constructor, 'type'));
  }
}
