import type { PcmData } from '../audio/index.ts';
import type { ProviderErrorKind } from '../errors/provider-error.ts';
import type { TokenUsage } from '../llm/llm-part.ts';

/** Which response an event belongs to. Without it: the one that is under way; if there is none, it begins one. */
interface OfResponse {
  /** The provider's name for it. One that has ended, or was interrupted, is known by it, so that nothing late of it surfaces. */
  responseId?: string | null | undefined;
}

/**
 * What a provider says, in the words that all providers share: what a codec decodes its messages into.
 *
 * A transcript comes as `delta`s, as `partial` texts that replace each other, or just as the `final` one. A `final`
 * without text is what the deltas have made.
 */
export type RealtimeEvent =
  /** The provider's name for the session, and what it can be resumed with after a lost connection; null when it can't. */
  | {
      type: 'session-updated';
      sessionId?: string | null | undefined;
      resume?: string | null | undefined;
    }
  /**
   * The provider's voice activity detection hears a user. The answer under way is interrupted, unless `interrupts` is
   * false. `itemId` is what the provider will call what is said.
   */
  | {
      type: 'user-speech-started';
      itemId?: string | null | undefined;
      interrupts?: boolean | undefined;
    }
  /** The user has ended: the provider now answers. */
  | { type: 'user-speech-ended'; itemId?: string | null | undefined }
  | {
      type: 'user-transcript';
      mode: 'delta' | 'partial' | 'final';
      text?: string | null | undefined;
      /** Of which speech, for a provider that transcribes while others are under way. Without it: of the last. */
      itemId?: string | null | undefined;
    }
  /**
   * `requestId` is that of the command which is answered, for a provider that sends it back; null where such a provider
   * answers what a user has said. Without it, what was asked first is taken to be answered.
   */
  | ({ type: 'response-started'; requestId?: string | null | undefined } & OfResponse)
  /** `PcmData`, or bytes of `outputFormat`, cut anywhere. `itemId` is what `interrupt` is told the provider. */
  | ({
      type: 'audio';
      audio: PcmData | Uint8Array;
      itemId?: string | null | undefined;
    } & OfResponse)
  | ({
      type: 'agent-transcript';
      mode: 'delta' | 'partial' | 'final';
      text?: string | null | undefined;
    } & OfResponse)
  /** A whole call of a function. It is begun at once; the results are sent when the response has ended. */
  | ({ type: 'tool-call'; id: string; name: string; arguments: string } & OfResponse)
  /** The provider wants the results of these calls no more. */
  | { type: 'tool-calls-cancelled'; ids: readonly string[] }
  /**
   * A response has ended: exactly once for each, also for one that was interrupted, and for one that waits for the
   * results of its calls. `interrupted`: by the provider itself, or because it was told to.
   */
  | ({
      type: 'response-done';
      outcome?: 'completed' | 'interrupted' | 'failed' | undefined;
      /** Why it failed, and of which kind that is; `content` unless given. */
      message?: string | null | undefined;
      kind?: ProviderErrorKind | undefined;
      usage?: TokenUsage | null | undefined;
    } & OfResponse)
  /**
   * Something is wrong. `auth` and `unsupported` end the session for good. With a `requestId` it is that request which
   * fails.
   */
  | {
      type: 'error';
      kind: ProviderErrorKind;
      message: string;
      requestId?: string | null | undefined;
    };
