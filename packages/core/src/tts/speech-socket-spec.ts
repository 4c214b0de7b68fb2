import type { SocketData, SocketSpec } from '../connection/socket-spec.ts';
import type { ProviderErrorKind } from '../errors/provider-error.ts';
import type { TTSAudioItem } from './tts-audio.ts';

/** A text that is asked for on a connection. */
export interface SpeechRequest {
  /** New for each text. A provider that speaks several at once sends it back. */
  readonly id: string;
  /** Whether this is the first piece of the text. */
  readonly first: boolean;
  readonly previousText: string | undefined;
}

/** A provider's WebSocket protocol for speech, told as data. */
export interface SpeechSocketSpec<Message> extends SocketSpec<Message> {
  /** Asks for a text, or for the next piece of it. */
  speak: (text: string, request: SpeechRequest) => SocketData;
  /** Says that the text is complete, for a provider that wants to know. */
  flush?: ((request: { readonly id: string }) => SocketData) | undefined;
  /**
   * Takes a text back. A serial provider answers, and the plugin then calls `cancelled()`: until then nothing of what it
   * sends is heard. Without it, the connection of a serial provider is made anew. What a provider of several texts at
   * once still sends of this one is dropped.
   */
  cancel?: ((request: { readonly id: string }) => SocketData) | undefined;
}

/** Where a connection puts what the provider says. `id` is that of the request; a serial provider needs none. */
export interface SpeechStream {
  audio(audio: TTSAudioItem, id?: string | null): void;
  /** All audio of the text has come. */
  done(id?: string | null): void;
  /** A serial provider has taken a text back: nothing more of it comes. */
  cancelled(): void;
  /**
   * The text will not be spoken to its end; without an id, no text that is under way. `auth` and `unsupported` also end
   * the connection for good, unless there is an id.
   */
  error(kind: ProviderErrorKind, message: string, id?: string | null): void;
}
