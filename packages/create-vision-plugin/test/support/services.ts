import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FakeChatServer } from '@vision-agents/testkit';
import type { ChatDialect } from '@vision-agents/testkit';
import { WebSocketServer } from 'ws';

/** A service that speaks OpenAI's protocol, in full unless told otherwise. Its model sees, and calls what it is told to. */
export class FakeService extends FakeChatServer implements AsyncDisposable {
  readonly #key: string;
  readonly #models: readonly string[];
  readonly #greeting: object | undefined;

  /** @param init.greeting what a realtime session begins with; without one there are none */
  constructor(init: {
    key: string;
    models?: readonly string[];
    greeting?: object | undefined;
    dialect?: ChatDialect | undefined;
  }) {
    super({ apiKey: init.key, dialect: init.dialect });
    this.#key = init.key;
    this.#models = init.models ?? ['text-embedding-acme', 'acme-large', 'acme-realtime'];
    this.#greeting = init.greeting;
    this.answerTo = ({ tools, messages }) => {
      if (tools.length > 0)
        return { toolCalls: [{ name: 'press_button', arguments: { colour: 'red' } }] };
      return { text: messages.some(({ images }) => images.length > 0) ? 'Red.' : 'Hello.' };
    };
  }

  static async start(init: ConstructorParameters<typeof FakeService>[0]): Promise<FakeService> {
    const service = new FakeService(init);
    await service.start();
    return service;
  }

  protected override async onRequest(
    exchange: Parameters<FakeChatServer['onRequest']>[0],
  ): Promise<void> {
    const { method, url, headers } = exchange.request;
    if (method !== 'GET' || url.pathname !== '/v1/models') return super.onRequest(exchange);
    const isKnown = headers.get('authorization') === `Bearer ${this.#key}`;
    if (isKnown) exchange.json({ object: 'list', data: this.#models.map((id) => ({ id })) });
    else exchange.json({ error: { message: 'Incorrect API key provided.' } }, { status: 401 });
  }

  protected override serve(server: Server): void {
    super.serve(server);
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      const isKnown = request.headers.authorization === `Bearer ${this.#key}`;
      const isThere = request.url === '/v1/realtime?model=acme-realtime';
      if (this.#greeting === undefined || !isKnown || !isThere) {
        socket.end(`HTTP/1.1 ${isKnown ? '404 Not Found' : '401 Unauthorized'}\r\n\r\n`);
        return;
      }
      sockets.handleUpgrade(request, socket, head, (session) => {
        session.send(JSON.stringify(this.#greeting));
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** A server of another kind, with what it was asked. */
export interface OtherServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
}

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export async function serve(
  handler: Handler,
  secret?: { readonly key: string; readonly cert: string },
): Promise<OtherServer> {
  const requests: IncomingMessage[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(request);
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => handler(request, response, body));
  };
  const server =
    secret === undefined ? createServer(listener) : createSecureServer(secret, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `${secret === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The same JSON for every question. */
export function always(value: unknown, status = 200): Handler {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
}

/** A certificate that no one has signed but its owner. */
export async function selfSigned(): Promise<{ key: string; cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'cvp-tls-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const args = `req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1`;
    await promisify(execFile)('openssl', [...args.split(' '), '-keyout', key, '-out', cert]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}
