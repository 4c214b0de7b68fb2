import type { IncomingHttpHeaders } from 'node:http';
import { WebSocket } from 'ws';

/** How a client asked for its connection. */
export interface UpgradeRequest {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/** One client's connection, seen from the provider. */
export class FakeSession {
  readonly request: UpgradeRequest;
  readonly #socket: WebSocket;
  readonly #onViolation: (reason: string) => void;
  readonly #onSaid: ((text: string) => void) | undefined;

  constructor(init: {
    request: UpgradeRequest;
    socket: WebSocket;
    onViolation: (reason: string) => void;
    /** Told of each message that is sent; bytes by their number. */
    onSaid?: ((text: string) => void) | undefined;
  }) {
    this.request = init.request;
    this.#socket = init.socket;
    this.#onViolation = init.onViolation;
    this.#onSaid = init.onSaid;
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Text and bytes as they are, anything else as JSON. */
  send(data: string | Uint8Array | object): void {
    if (!this.open) return;
    const message =
      typeof data === 'string' || data instanceof Uint8Array ? data : JSON.stringify(data);
    this.#onSaid?.(typeof message === 'string' ? message : `${message.byteLength} bytes`);
    this.#socket.send(message);
  }

  /** The client broke the protocol: it is noted, and the connection closed with 1008. */
  violation(reason: string): void {
    this.#onViolation(reason);
    // The reason has room for 123 bytes, and a character may have several.
    this.close(1008, reason.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 120));
  }

  close(code = 1000, reason = ''): void {
    this.#socket.close(code, reason);
  }

  /** Cuts the connection without a word. */
  drop(): void {
    this.#socket.terminate();
  }

  /** Stops reading and answering, also pings. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }
}
