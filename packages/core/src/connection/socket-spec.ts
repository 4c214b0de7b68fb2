import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { PcmData } from '../audio/index.ts';

/** What goes over the socket: bytes and text as they are, audio as its bytes, anything else as JSON. */
export type SocketData = string | Uint8Array | PcmData | object;

/** A method's type, so that the spec of a narrower message can be handed on as a `SocketSpec<unknown>`. */
type MessageTest<Message> = { test(message: Message): boolean }['test'];

/** A provider's WebSocket protocol, told as data. Made anew for each connection, so a URL or token can be fresh. */
export interface SocketSpec<Message> {
  /** `ws:` or `wss:`. `http:` and `https:` are taken as those. */
  url: string | URL;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Subprotocols, in order of preference. */
  protocols?: readonly string[] | undefined;
  /**
   * The messages that the plugin understands; a zod schema, for instance. Lenient and minimal: a message of
   * an unknown type is ignored and counted, one of a known type that does not fit is a `protocol` error.
   */
  messages: StandardSchemaV1<unknown, Message>;
  /** Sent as soon as the socket is open. */
  hello?: SocketData | undefined;
  /** Which message says that the provider accepts the session. Without it, the open socket does. */
  ready?: MessageTest<Message> | undefined;
  /** How a chunk of audio is written. Without it: its bytes in a binary frame. */
  encodeAudio?: ((pcm: PcmData) => SocketData) | undefined;
  /** Something to send when nothing was sent for a while, so that the provider keeps the session. */
  idle?: { afterMs: number; send: () => SocketData } | undefined;
  /** Sent before closing, to ask for the last results. The provider answers by closing the socket. */
  farewell?: SocketData | undefined;
  /** Which message is the provider's last after the farewell, for one that leaves the socket open. */
  finished?: MessageTest<Message> | undefined;
  /** Every message, in order; also the one that said ready. What it throws becomes an error event. */
  onMessage(message: Message): void;
  /** Every binary frame, in order with the messages. Without it, one is taken for a message that can't be read. */
  onBytes?: ((bytes: Uint8Array) => void) | undefined;
}
