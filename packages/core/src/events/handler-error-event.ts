import { BaseEvent } from './base-event.ts';

/** A handler of another event threw or rejected. Where nobody listens for it, it becomes a process warning. */
export class HandlerErrorEvent extends BaseEvent {
  static override readonly type = 'handler-error';

  readonly error: unknown;
  readonly source: BaseEvent;

  constructor(init: { error: unknown; source: BaseEvent }) {
    super();
    this.error = init.error;
    this.source = init.source;
  }
}
