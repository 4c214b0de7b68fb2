import { ComponentErrorEvent } from '../component/component-error-event.ts';
import { PluginEvent } from '../events/plugin-event.ts';

/** The provider accepted a connection. */
export class TTSConnectedEvent extends PluginEvent {
  static override readonly type = 'plugin.tts_connected';
}

/** A connection ended; `clean` when it was our own close. */
export class TTSDisconnectedEvent extends PluginEvent {
  static override readonly type = 'plugin.tts_disconnected';

  readonly reason: string = '';
  readonly clean: boolean = true;
}

/** The provider is asked to speak a text. */
export class TTSSynthesisStartEvent extends PluginEvent {
  static override readonly type = 'plugin.tts_synthesis_start';

  readonly synthesisId: string = '';
  readonly turnId: string = '';
  /** Of a text that still comes in, what is there by now. */
  readonly text: string = '';
  readonly modelName: string | undefined;
}

/** A text was spoken to its end. */
export class TTSSynthesisCompleteEvent extends PluginEvent {
  static override readonly type = 'plugin.tts_synthesis_complete';

  readonly synthesisId: string = '';
  readonly turnId: string = '';
  readonly text: string = '';
  readonly modelName: string | undefined;
  readonly characters: number = 0;
  /** Chunks with audio. */
  readonly chunkCount: number = 0;
  readonly totalAudioBytes: number = 0;
  readonly audioDurationMs: number = 0;
  /** From the request to the first audio. */
  readonly timeToFirstAudioMs: number = 0;
  /** How long was waited for the provider, without the time that the audio waited to be read. */
  readonly synthesisTimeMs: number = 0;
  /** `synthesisTimeMs` in relation to `audioDurationMs`: below 1, the speech is made faster than it is heard. */
  readonly realTimeFactor: number = 0;
}

/** Something went wrong with text-to-speech. */
export class TTSErrorEvent extends ComponentErrorEvent {
  static override readonly type = 'plugin.tts_error';
}
