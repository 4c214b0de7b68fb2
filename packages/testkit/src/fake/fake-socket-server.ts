import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { FakeServer, garbageText, type Refusal } from './fake-server.ts';
import type { FakeSession, UpgradeRequest } from './fake-session.ts';

/**
 * A provider's WebSocket server on 127.0.0.1, as strict as the real one, and able to misbehave.
 *
 * A subclass speaks the protocol. What a client does wrong is kept in `violations`.
 */
export abstract class FakeSocketServer<Session extends FakeSession> extends FakeServer<
  UpgradeRequest,
  Session
> {
  constructor() {
    super({ scheme: 'ws' });
  }

  /** The connections that are open, oldest first. */
  get sessions(): readonly Session[] {
    return this.conversations;
  }

  /** Sends a megabyte that is no message of any protocol on every open connection. */
  override garbage(): void {
    for (const session of this.sessions) session.send(garbageText());
  }

  /** Whether the connection is refused: for a wrong key, path or parameter. */
  protected abstract override authorise(request: UpgradeRequest): Refusal | undefined;

  protected abstract createSession(request: UpgradeRequest, socket: WebSocket): Session;

  protected abstract onOpen(session: Session): void;

  /** A frame of the client: text, or bytes. */
  protected abstract onFrame(session: Session, frame: string | Uint8Array): void;

  protected override serve(server: Server): void {
    const sockets = new WebSocketServer({ noServer: true });
    server.on('request', (_request, response) => response.writeHead(404).end());
    server.on('upgrade', (request, socket, head) =>
      this.#onUpgrade(sockets, request, socket, head),
    );
    server.on('close', () => sockets.close());
  }

  #onUpgrade(
    sockets: WebSocketServer,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): void {
    const asked = { url: new URL(request.url ?? '/', this.url), headers: request.headers };
    this.noteRequest(asked);
    // An error on a socket that is being cut is what cutting means.
    socket.on('error', () => socket.destroy());
    if (this.stalled) {
      // Read on, so that a client that gives up is noticed.
      socket.on('end', () => socket.destroy()).resume();
      return;
    }
    const refusal = this.refusalOf(asked);
    if (refusal) {
      const retryAfter =
        refusal.retryAfterSeconds === undefined
          ? ''
          : `Retry-After: ${refusal.retryAfterSeconds}\r\n`;
      const text = STATUS_CODES[refusal.status] ?? 'Refused';
      socket.end(
        `HTTP/1.1 ${refusal.status} ${text}\r\n${retryAfter}Content-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const session = this.createSession(asked, webSocket);
      this.opened(session);
      webSocket.on('error', () => session.drop());
      webSocket.on('close', () => this.ended(session));
      webSocket.on('message', (data, isBinary) => {
        const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(new Uint8Array(data));
        this.onFrame(session, isBinary ? bytes : bytes.toString());
        this.changes.notify();
      });
      this.onOpen(session);
      this.changes.notify();
    });
  }
}
