import type { PcmData } from '../audio/index.ts';
import type { SocketData, SocketSpec } from '../connection/socket-spec.ts';
import type { ToolSchema } from '../functions/function-definition.ts';
import type { RealtimeCommand } from './realtime-command.ts';
import type { RealtimeEvent } from './realtime-event.ts';

/** What a session begins with. */
export interface RealtimeSession {
  /** Empty when there are none. */
  instructions: string;
  tools: readonly ToolSchema[];
  /** What the last session can be resumed with, as `session-updated` told it. Undefined for a new one. */
  resume: string | undefined;
}

/** How a connection is made, and which messages there are: the rest is the codec's `decode()` and `encode()`. */
export type RealtimeSocketSpec<Message> = Omit<
  SocketSpec<Message>,
  'onMessage' | 'onBytes' | 'encodeAudio'
>;

/**
 * A provider's protocol, without a socket: what goes in is a message, what comes out are events, and the other way
 * round. There is one for each connection, so it may remember what it was told.
 */
export interface RealtimeCodec<Message = unknown> {
  /** Where to connect, what to say first (`hello`), and which message accepts the session (`ready`). */
  open(session: RealtimeSession): RealtimeSocketSpec<Message>;
  /** What a message says; nothing when it is of no concern. Also the one that said ready. */
  decode(message: Message): readonly RealtimeEvent[];
  /** What a binary frame says. Without it, one is taken for a message that can't be read. */
  decodeBytes?(bytes: Uint8Array): readonly RealtimeEvent[];
  /** A chunk of audio in `inputFormat`. */
  encodeAudio(pcm: PcmData): SocketData;
  /** A command in the provider's messages, in the order they are to be sent; none when it has no word for it. */
  encode(command: RealtimeCommand): readonly SocketData[];
}
