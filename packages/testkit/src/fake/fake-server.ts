import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { Changes } from '../contract/changes.ts';
import { LastSaid } from './last-said.ts';

/** Why a client is refused. */
export interface Refusal {
  /** HTTP status, such as 401. */
  status: number;
  /** Sent as `Retry-After`. */
  retryAfterSeconds?: number | undefined;
}

/** What a client and the fake provider have going on: a WebSocket connection, or a request and its answer. */
export interface Conversation {
  readonly open: boolean;
  /** Answers nothing until `resume()`. */
  pause(): void;
  resume(): void;
  /** Cuts the connection without a word. */
  drop(): void;
}

/** A client that keeps asking must not fill the memory. */
const MAX_REFUSALS = 100;

/** A megabyte that is no message of any protocol. */
export const garbageText = (): string => '\u{1F5D1}'.repeat((1024 * 1024) / 4);

/** What the fake providers have in common: a server on 127.0.0.1, what it saw, and the switches for its faults. */
export abstract class FakeServer<Request extends { readonly url: URL }, Talk extends Conversation> {
  /** Told whenever something was received, said, opened or closed. */
  readonly changes = new Changes();
  readonly #scheme: 'http' | 'ws';
  readonly #received: string[] = [];
  readonly #violations: string[] = [];
  readonly #refusals: string[] = [];
  readonly #said = new LastSaid();
  readonly #conversations = new Set<Talk>();
  readonly #tcp = new Set<Socket>();
  #requests: Request[] = [];
  #server: Server | undefined;
  #port = 0;
  #refusal: Refusal | undefined;
  #stalled = false;

  constructor(init: { scheme: 'http' | 'ws' }) {
    this.#scheme = init.scheme;
  }

  /** `ws://127.0.0.1:port` or `http://127.0.0.1:port`, after `start()`. */
  get url(): string {
    if (!this.#server) throw new Error('The fake provider has no url before start()');
    return `${this.#scheme}://127.0.0.1:${this.#port}`;
  }

  /** What was received, by kind, with runs of the same kind as one: `['audio', 'close']`. */
  get received(): readonly string[] {
    return this.#received;
  }

  /** Each time a client asked for something, also what was refused. */
  get requests(): readonly Request[] {
    return this.#requests;
  }

  /** What clients did that the protocol does not allow. */
  get violations(): readonly string[] {
    return this.#violations;
  }

  /** Why clients were refused, but for `refuse()`: `HTTP 404 for /listen?model=x`. The first ones. */
  get refusals(): readonly string[] {
    return this.#refusals;
  }

  /** The last that was said to clients, each cut to a line. */
  get said(): readonly string[] {
    return this.#said.lines;
  }

  /** TCP connections that are open, also those on which nothing was said yet. */
  get openConnections(): number {
    return this.#tcp.size;
  }

  /** Listens on a free port. Starting again begins afresh, with nothing received and no fault. */
  async start(): Promise<void> {
    if (this.#server) return;
    this.#received.length = 0;
    this.#violations.length = 0;
    this.#refusals.length = 0;
    this.#said.clear();
    this.#requests = [];
    this.accept();
    const server = createServer();
    server.on('connection', (socket) => {
      this.#tcp.add(socket);
      socket.on('close', () => {
        this.#tcp.delete(socket);
        this.changes.notify();
      });
    });
    this.serve(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string')
      throw new Error('The fake provider has no port');
    this.#port = address.port;
    this.#server = server;
  }

  /** Cuts what is open and stops listening. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#tcp) socket.destroy();
    await closed;
    this.#conversations.clear();
  }

  /** From now on clients are refused with this status, until `accept()`. */
  refuse(status = 503, options: { retryAfterSeconds?: number | undefined } = {}): void {
    this.#refusal = { status, ...options };
  }

  /** From now on nothing is answered, to clients that are there and to new ones, until `accept()`. */
  stall(): void {
    this.#stalled = true;
    for (const conversation of this.conversations) conversation.pause();
  }

  /** Back to normal: clients are accepted, and those that there are answered. */
  accept(): void {
    this.#refusal = undefined;
    this.#stalled = false;
    for (const conversation of this.#conversations) conversation.resume();
  }

  /** Cuts every conversation in the middle, without a closing handshake. */
  drop(): void {
    for (const conversation of this.conversations) conversation.drop();
  }

  /** Answers with a megabyte that is no message of any protocol. */
  abstract garbage(): void;

  /** @throws Error naming what is left over: what is still open, or what clients did wrong */
  assertDone(): void {
    const problems = [...this.#violations];
    const open = this.conversations.length;
    const what = this.#scheme === 'ws' ? 'connection(s)' : 'request(s)';
    if (open > 0) problems.push(`${open} ${what} still open`);
    if (problems.length > 0)
      throw new Error(`The fake provider is not done: ${problems.join('; ')}`);
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

  /** Notes what was said to a client. */
  protected noteSaid(text: string): void {
    this.#said.add(text);
  }

  protected noteRequest(request: Request): void {
    this.#requests.push(request);
    this.changes.notify();
  }

  /** Those that are open, oldest first. */
  protected get conversations(): readonly Talk[] {
    return [...this.#conversations].filter(({ open }) => open);
  }

  protected opened(conversation: Talk): void {
    this.#conversations.add(conversation);
  }

  protected ended(conversation: Talk): void {
    this.#conversations.delete(conversation);
    this.changes.notify();
  }

  protected get stalled(): boolean {
    return this.#stalled;
  }

  /** Why this request is refused, if it is: by the switch, or because it is wrong. */
  protected refusalOf(request: Request): Refusal | undefined {
    if (this.#refusal) return this.#refusal;
    const refusal = this.authorise(request);
    if (refusal && this.#refusals.length < MAX_REFUSALS)
      this.#refusals.push(
        `HTTP ${refusal.status} for ${request.url.pathname}${request.url.search}`,
      );
    return refusal;
  }

  /** Whether the client is refused: for a wrong key, path or parameter. */
  protected abstract authorise(request: Request): Refusal | undefined;

  /** Listens to what the server tells. */
  protected abstract serve(server: Server): void;
}
