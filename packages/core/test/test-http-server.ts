import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

export interface ReceivedRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** An HTTP server on 127.0.0.1 that does what a test says, and notes what it is sent. */
export class TestHttpServer {
  readonly requests: ReceivedRequest[] = [];
  /** Answers a request; `index` counts them from 0. */
  answer: (response: ServerResponse, index: number, request: IncomingMessage) => unknown = (
    response,
  ) => response.end();
  readonly #http = createServer((request, response) => void this.#onRequest(request, response));
  readonly #sockets = new Set<Socket>();
  readonly #asking = new Set<Socket>();
  readonly #watchers = new Set<() => void>();

  async listen(): Promise<void> {
    this.#http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        this.#tell(() => this.#asking.delete(socket));
      });
    });
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
  }

  get url(): string {
    const address = this.#http.address();
    if (typeof address !== 'object' || !address) throw new Error('not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  /**
   * Connections that are open, as the server sees it, and on which something was asked: Node 22 makes a spare one for
   * each that is aborted.
   */
  get connections(): number {
    return this.#asking.size;
  }

  /** Waits until something that happens here makes it true. */
  async until(condition: () => boolean): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }

  async close(): Promise<void> {
    const closed = once(this.#http, 'close');
    this.#http.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    this.#asking.add(request.socket);
    try {
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
    } catch {
      return; // The client let go of it.
    }
    const { method = '', url = '', headers } = request;
    const index = this.requests.length;
    this.#tell(() =>
      this.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() }),
    );
    this.answer(response, index, request);
  }

  #tell(change: () => unknown): void {
    change();
    for (const look of this.#watchers) look();
  }
}
