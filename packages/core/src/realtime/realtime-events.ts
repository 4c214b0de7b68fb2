import { PluginEvent } from '../events/plugin-event.ts';
import { LLMErrorEvent } from '../llm/llm-events.ts';

/** The provider accepted a session; `resumed` when it goes on with the one before. */
export class RealtimeConnectedEvent extends PluginEvent {
  static override readonly type = 'plugin.realtime_connected';

  readonly sessionId: string | undefined = undefined;
  readonly resumed: boolean = false;
}

/** A session ended; `clean` when it was our own close. */
export class RealtimeDisconnectedEvent extends PluginEvent {
  static override readonly type = 'plugin.realtime_disconnected';

  readonly reason: string = '';
  readonly clean: boolean = true;
  /** Audio that was sent before the cut and is not known to have arrived, in milliseconds; 0 when it was our own close. */
  readonly unconfirmedMs: number = 0;
}

/** Something went wrong with a speech-to-speech model. */
export class RealtimeErrorEvent extends LLMErrorEvent {
  static override readonly type = 'plugin.realtime_error';
}
