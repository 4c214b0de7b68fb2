import { once } from 'node:events';
import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { Changes } from '../contract/changes.ts';
import type { FakeSession, UpgradeRequest } from './fake-session.ts';

/** Why a connection is refused. */
export interface Refusal {
  /** HTTP status, such as 401. */
  status: number;
  /** Sent as `Retry-After`. */
  retryAfterSeconds?: number | undefined;
}

const GARBAGE_BYTES = 1024 * 1024;

/**
 * A provider's WebSocket server on 127.0.0.1, as strict as the real one, and able to misbehave.
 *
 * A subclass speaks the protocol. What a client does wrong is kept in `violations`.
 */
export abstract class FakeSocketServer<Session extends FakeSession> {
  /** Told whenever something was received, said, opened or closed. */
  readonly changes = new Changes();
  readonly #received: string[] = [];
  readonly #violations: string[] = [];
  readonly #sessions = new Set<Session>();
  readonly #tcp = new Set<Duplex>();
  #requests: UpgradeRequest[] = [];
  #server: Server | undefined;
  #sockets: WebSocketServer | undefined;
  #port = 0;
  #refusal: Refusal | undefined;
  #stalled = false;

  /** `ws://127.0.0.1:port`, after `start()`. */
  get url(): string {
    if (!this.#server) throw new Error('The fake provider has no url before start()');
    return `ws://127.0.0.1:${this.#port}`;
  }

  /** What was received, by kind, with runs of the same kind as one: `['audio', 'close']`. */
  get received(): readonly string[] {
    return this.#received;
  }

  /** Each time a client asked for a connection, also those that were refused. */
  get requests(): readonly UpgradeRequest[] {
    return this.#requests;
  }

  /** What clients did that the protocol does not allow. */
  get violations(): readonly string[] {
    return this.#violations;
  }

  /** The connections that are open, oldest first. */
  get sessions(): readonly Session[] {
    return [...this.#sessions].filter(({ open }) => open);
  }

  /** Listens on a free port. Starting again begins afresh, with nothing received and no fault. */
  async start(): Promise<void> {
    if (this.#server) return;
    this.#received.length = 0;
    this.#violations.length = 0;
    this.#requests = [];
    this.accept();
    const sockets = new WebSocketServer({ noServer: true });
    const server = createServer((_request, response) => response.writeHead(404).end());
    server.on('connection', (socket) => {
      this.#tcp.add(socket);
      socket.on('close', () => {
        this.#tcp.delete(socket);
        this.changes.notify();
      });
    });
    server.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string')
      throw new Error('The fake provider has no port');
    this.#port = address.port;
    this.#server = server;
    this.#sockets = sockets;
  }

  /** Cuts what is open and stops listening. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    this.#sockets?.close();
    for (const socket of this.#tcp) socket.destroy();
    await closed;
    this.#sessions.clear();
  }

  /** From now on connections are refused with this status, until `accept()`. */
  refuse(status = 503, options: { retryAfterSeconds?: number | undefined } = {}): void {
    this.#refusal = { status, ...options };
  }

  /** From now on nothing is answered, on connections that are open and on new ones, until `accept()`. */
  stall(): void {
    this.#stalled = true;
    for (const session of this.sessions) session.pause();
  }

  /** Back to normal: connections are accepted, and those that there are answered. */
  accept(): void {
    this.#refusal = undefined;
    this.#stalled = false;
    for (const session of this.#sessions) session.resume();
  }

  /** Cuts every open connection, without a closing handshake. */
  drop(): void {
    for (const session of this.sessions) session.drop();
  }

  /** Sends a megabyte that is no message of any protocol on every open connection. */
  garbage(): void {
    for (const session of this.sessions) session.send('\u{1F5D1}'.repeat(GARBAGE_BYTES / 4));
  }

  /** @throws Error naming what is left over: open connections, or what clients did wrong */
  assertDone(): void {
    const problems = [...this.#violations];
    if (this.sessions.length > 0) problems.push(`${this.sessions.length} connection(s) still open`);
    if (problems.length > 0)
      throw new Error(`The fake provider is not done: ${problems.join('; ')}`);
  }

  /** TCP connections that are open, also those that never became a WebSocket. */
  get openConnections(): number {
    return this.#tcp.size;
  }

  /** Notes what was received. */
  protected note(kind: string): void {
    if (this.#received.at(-1) !== kind) this.#received.push(kind);
    this.changes.notify();
  }

  protected noteViolation(reason: string): void {
    this.#violations.push(reason);
    this.changes.notify();
  }

  /** Whether the connection is refused: for a wrong key, path or parameter. */
  protected abstract authorise(request: UpgradeRequest): Refusal | undefined;

  protected abstract createSession(request: UpgradeRequest, socket: WebSocket): Session;

  protected abstract onOpen(session: Session): void;

  /** A frame of the client: text, or bytes. */
  protected abstract onFrame(session: Session, frame: string | Uint8Array): void;

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const asked = { url: new URL(request.url ?? '/', this.url), headers: request.headers };
    this.#requests.push(asked);
    this.changes.notify();
    // An error on a socket that is being cut is what cutting means.
    socket.on('error', () => socket.destroy());
    if (this.#stalled) {
      // Read on, so that a client that gives up is noticed.
      socket.on('end', () => socket.destroy()).resume();
      return;
    }
    const refusal = this.#refusal ?? this.authorise(asked);
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
    this.#sockets?.handleUpgrade(request, socket, head, (webSocket) => {
      const session = this.createSession(asked, webSocket);
      this.#sessions.add(session);
      webSocket.on('error', () => session.drop());
      webSocket.on('close', () => {
        this.#sessions.delete(session);
        this.changes.notify();
      });
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
