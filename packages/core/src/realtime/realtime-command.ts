import type { Participant } from '../events/participant.ts';
import type { ToolSchema } from '../functions/function-definition.ts';
import type { ToolResult } from '../functions/tool-runner.ts';
import type { ImagePart, Message } from '../llm/message.ts';
import type { EncodedFrame } from '../video/video-frame.ts';

/** What a provider is told besides audio: what a codec encodes into its messages. */
export type RealtimeCommand =
  /** A user's text, which is to be answered. */
  | {
      type: 'text';
      requestId: string;
      text: string;
      images: readonly ImagePart[];
      /** What processors know at the moment: for the model, before the text. */
      context: readonly Message[];
      participant?: Participant | undefined;
    }
  /**
   * The results of all calls of one response. They are told in any case, and answered only if `respond`: the turn may
   * have been interrupted meanwhile.
   */
  | {
      type: 'tool-results';
      requestId: string;
      results: readonly ToolResult[];
      respond: boolean;
    }
  /**
   * The agent falls silent: end the response that is under way, if there is one, and forget what was not heard.
   * `heard` says of each piece of audio that was not heard to its end how much of it was.
   */
  | {
      type: 'interrupt';
      /** Whether a response is under way. */
      active: boolean;
      /** `user-speech`: the provider's own voice activity detection, which may have ended the response already. */
      cause: 'user-speech' | 'request';
      responseId?: string | undefined;
      heard: readonly { itemId: string; playedMs: number }[];
    }
  /** A frame of the track that is watched, as a JPEG. */
  | { type: 'video-frame'; frame: EncodedFrame }
  /** The instructions or the functions have changed. */
  | { type: 'session-update'; instructions: string; tools: readonly ToolSchema[] }
  /** What was said so far, for a new session: after a connection was lost, or before the first. Not to be answered. */
  | { type: 'history'; messages: readonly Message[] };
