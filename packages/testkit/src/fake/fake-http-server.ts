import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FakeExchange } from './fake-exchange.ts';
import { FakeHttpRequest } from './fake-http-request.ts';
import { FakeServer, type Refusal } from './fake-server.ts';

/**
 * A provider's HTTP server on 127.0.0.1, as strict as the real one, and able to misbehave.
 *
 * A subclass answers requests. What a client does wrong is kept in `violations`.
 */
export abstract class FakeHttpServer extends FakeServer<FakeHttpRequest, FakeExchange> {
  /** Connections that are open and on which something was asked. */
  readonly #asking = new Set<Socket>();
  #garbageNext = false;

  constructor() {
    super({ scheme: 'http' });
  }

  /** The requests that are not answered to the end yet, oldest first. */
  get exchanges(): readonly FakeExchange[] {
    return this.conversations;
  }

  /** TCP connections that are open. Not those on which nothing was asked: Node 22 makes a spare one after an abort. */
  override get openConnections(): number {
    return this.#asking.size;
  }

  override accept(): void {
    this.#garbageNext = false;
    super.accept();
  }

  /**
   * Ends every answer that is under way with a megabyte that is no message of any protocol. When there is none, that
   * is the answer to the next request.
   */
  override garbage(): void {
    const { exchanges } = this;
    this.#garbageNext = exchanges.length === 0;
    for (const exchange of exchanges) exchange.garbage();
  }

  /** Whether the request is refused: for a wrong key, path or parameter. */
  protected abstract override authorise(request: FakeHttpRequest): Refusal | undefined;

  /** Answers a request. What it throws is a violation: the client sent what can't be understood. */
  protected abstract onRequest(exchange: FakeExchange): Promise<void> | void;

  protected override serve(server: Server): void {
    server.on('request', (request, response) => {
      const { socket } = request;
      this.#asking.add(socket);
      socket.on('close', () => {
        this.#asking.delete(socket);
        this.changes.notify();
      });
      void this.#onRequest(request, response);
    });
  }

  async #onRequest(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await FakeHttpRequest.read(incoming, this.url).catch(() => undefined);
    // A client that leaves before it has asked for anything asked for nothing.
    if (!request) return;
    const exchange = new FakeExchange({
      request,
      response,
      onViolation: (reason) => this.noteViolation(reason),
      onSaid: (text) => this.noteSaid(text),
    });
    response.on('close', () => this.ended(exchange));
    if (this.stalled) exchange.pause();
    this.opened(exchange);
    this.noteRequest(request);
    const refusal = this.refusalOf(request);
    if (refusal) {
      exchange.refuse(refusal);
      return;
    }
    if (this.#garbageNext) {
      this.#garbageNext = false;
      exchange.garbage();
      return;
    }
    try {
      await this.onRequest(exchange);
    } catch (error) {
      if (exchange.open) exchange.violation(error instanceof Error ? error.message : String(error));
    }
    this.changes.notify();
  }
}
