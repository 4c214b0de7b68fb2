import { ComponentErrorEvent } from '../component/component-error-event.ts';
import { PluginEvent } from '../events/plugin-event.ts';

/** The provider accepted a session. */
export class STTConnectedEvent extends PluginEvent {
  static override readonly type = 'plugin.stt_connected';
}

/** A session ended; `clean` when it was our own close. */
export class STTDisconnectedEvent extends PluginEvent {
  static override readonly type = 'plugin.stt_disconnected';

  readonly reason: string = '';
  readonly clean: boolean = true;
  /** Audio that was sent before the cut and is not known to have arrived, in milliseconds; 0 when it was our own close. */
  readonly unconfirmedMs: number = 0;
}

/** Something went wrong with speech-to-text. */
export class STTErrorEvent extends ComponentErrorEvent {
  static override readonly type = 'plugin.stt_error';
}
