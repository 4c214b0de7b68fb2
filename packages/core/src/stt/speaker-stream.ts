import type { ProviderErrorKind } from '../errors/provider-error.ts';
import type { Participant } from '../events/participant.ts';
import type { TranscriptDetails, TurnDetails } from './stt-output.ts';

/** Where the connection of one speaker puts what the provider says. */
export interface SpeakerStream {
  /** Whose connection it is; undefined when the call does not tell speakers apart. */
  readonly participant: Participant | undefined;
  /** A text that will not change. */
  transcript(text: string, details?: TranscriptDetails): void;
  /** A text that may still change. */
  partialTranscript(text: string, details?: TranscriptDetails): void;
  turnStarted(details?: TurnDetails): void;
  turnResumed(details?: TurnDetails): void;
  turnEnded(details?: TurnDetails): void;
  /**
   * Something that the provider complains about. A temporary kind becomes an error event and the connection goes
   * on; `auth` and `unsupported` also end it for good.
   */
  error(kind: ProviderErrorKind, message: string): void;
}
