import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import { MONO_16K, PcmData } from '../audio/index.ts';
import { systemClock } from '../clock.ts';
import type { ProviderError } from '../errors/index.ts';
import {
  defaultConnectionPolicy,
  ProviderSocket,
  type ConnectionPolicy,
  type SocketSpec,
} from './index.ts';

const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('text'), text: z.string() }),
]);
type Message = z.output<typeof Message>;

/** A server that does what a test says, and notes what it is sent. */
class TestServer {
  readonly received: string[] = [];
  readonly sockets: WebSocket[] = [];
  onConnection: (socket: WebSocket) => void = (socket) => socket.send('{"type":"ready"}');
  upgrades = 0;
  refusal: string | undefined;
  answers = true;
  readonly #upgraded: Duplex[] = [];
  readonly #http: Server = createServer();
  readonly #webSockets = new WebSocketServer({ noServer: true });

  async listen(): Promise<void> {
    this.#http.on('upgrade', (request, socket, head) => {
      this.upgrades += 1;
      socket.on('error', () => socket.destroy());
      this.#upgraded.push(socket);
      if (this.refusal !== undefined) socket.end(this.refusal);
      if (this.refusal !== undefined || !this.answers) return;
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.sockets.push(webSocket);
        webSocket.on('message', (data: Buffer, isBinary) => {
          this.received.push(isBinary ? `${data.length} bytes` : data.toString());
        });
        this.onConnection(webSocket);
      });
    });
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
  }

  get url(): string {
    const address = this.#http.address();
    if (typeof address !== 'object' || !address) throw new Error('not listening');
    return `ws://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#upgraded) socket.destroy();
    this.#http.close();
    await once(this.#http, 'close');
  }
}

/** A socket under test, and everything that it told. */
class Probe {
  readonly log: string[] = [];
  readonly errors: ProviderError[] = [];
  readonly messages: Message[] = [];
  readonly socket: ProviderSocket<Message>;
  ignored = 0;
  #watchers = new Set<() => void>();

  constructor(
    spec: Partial<SocketSpec<Message>> & { url: string },
    policy: Partial<ConnectionPolicy> = {},
    random: () => number = () => 0,
  ) {
    this.socket = new ProviderSocket<Message>({
      provider: 'acme',
      clock: systemClock,
      random,
      policy: { ...defaultConnectionPolicy, ...policy },
      spec: () => ({
        messages: Message,
        ready: (message) => message.type === 'ready',
        onMessage: (message) => this.#tell(() => this.messages.push(message)),
        ...spec,
      }),
      onConnected: () => this.#tell(() => this.log.push('connected')),
      onDisconnected: ({ clean }) => this.#tell(() => this.log.push(clean ? 'closed' : 'cut')),
      onError: (error, context) =>
        this.#tell(() => {
          this.errors.push(error);
          this.log.push(`${error.kind}: ${context}`);
        }),
      onIgnored: () => this.#tell(() => (this.ignored += 1)),
    });
    made.push(this.socket);
  }

  /** Waits until something that was told makes it true. */
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

  #tell(change: () => unknown): void {
    change();
    for (const look of this.#watchers) look();
  }
}

const made: ProviderSocket<Message>[] = [];
const chunk = PcmData.silence(20, MONO_16K);
let server: TestServer;

beforeEach(async () => {
  server = new TestServer();
  await server.listen();
});

afterEach(async () => {
  await Promise.all(made.splice(0).map((socket) => socket.close()));
  await server.close();
});

describe('ProviderSocket', () => {
  it('says hello, keeps audio until the provider accepts, and hands on messages in order', async () => {
    server.onConnection = (socket) =>
      socket.once('message', () => {
        socket.send('{"type":"metadata","model":"x"}');
        socket.send('{"type":"ready"}');
        socket.send('{"type":"text","text":"a"}');
        socket.send('{"type":"text","text":"b"}');
      });
    const probe = new Probe({
      url: server.url,
      hello: { type: 'hello' },
      farewell: { type: 'bye' },
    });
    probe.socket.send(chunk);
    probe.socket.open();
    probe.socket.send(chunk);
    await probe.until(() => probe.messages.length === 3);
    expect(probe.messages.slice(1)).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]);
    expect(probe.ignored).toBe(1);
    const sent = once(server.sockets[0] ?? socketMissing(), 'close');
    server.sockets[0]?.on(
      'message',
      (data: Buffer) => data.toString().includes('bye') && server.sockets[0]?.close(),
    );
    await probe.socket.close();
    await sent;
    expect(server.received).toEqual([
      '{"type":"hello"}',
      '640 bytes',
      '640 bytes',
      '{"type":"bye"}',
    ]);
    expect(probe.log).toEqual(['connected', 'closed']);
    expect(probe.socket.droppedMs).toBe(0);
  });

  it('times out when the upgrade is not answered, and tries again', async () => {
    server.answers = false;
    const probe = new Probe({ url: server.url }, { connectTimeoutMs: 30 });
    probe.socket.open();
    await probe.until(() => probe.errors.length === 2);
    expect(probe.log).toEqual(['timeout: connecting, attempt 1', 'timeout: connecting, attempt 2']);
    expect(probe.errors[0]?.message).toBe('acme did not answer within 30 ms');
  });

  it('times out when the provider never accepts the session', async () => {
    server.onConnection = () => undefined;
    const probe = new Probe({ url: server.url }, { connectTimeoutMs: 50 });
    probe.socket.open();
    await probe.until(() => probe.errors.length === 1);
    expect(probe.errors[0]?.message).toBe('acme did not accept the session within 50 ms');
  });

  it('notices a connection that is half open', async () => {
    server.onConnection = (socket) => {
      socket.send('{"type":"ready"}');
      socket.pause();
    };
    const probe = new Probe({ url: server.url }, { heartbeatMs: 20, heartbeatTimeoutMs: 20 });
    probe.socket.open();
    await probe.until(() => probe.errors.length === 1);
    expect(probe.errors[0]).toMatchObject({
      kind: 'timeout',
      message: 'acme did not answer a ping within 20 ms',
    });
    expect(probe.log.slice(0, 2)).toEqual(['connected', 'cut']);
  });

  it('keeps a quiet connection that answers pings', async () => {
    const probe = new Probe({ url: server.url }, { heartbeatMs: 5, heartbeatTimeoutMs: 1_000 });
    let pings = 0;
    const pinged = Promise.withResolvers<void>();
    server.onConnection = (socket) => {
      socket.on('ping', () => {
        pings += 1;
        if (pings === 5) pinged.resolve();
      });
      socket.send('{"type":"ready"}');
    };
    probe.socket.open();
    await pinged.promise;
    expect(probe.log).toEqual(['connected']);
  });

  it.each([
    [401, 'auth', false],
    [404, 'unsupported', false],
    [429, 'rate-limit', true],
    [503, 'network', true],
  ] as const)('makes of HTTP %i the kind %s', async (status, kind, retryable) => {
    server.refusal = `HTTP/1.1 ${status} No\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n`;
    const probe = new Probe({ url: server.url });
    probe.socket.open();
    await probe.until(() => probe.errors.length > 0);
    expect(probe.errors[0]).toMatchObject({ kind, retryable, status, retryAfterMs: 7_000 });
    expect(probe.socket.state).toBe(retryable ? 'waiting' : 'failed');
    if (retryable) return;
    probe.socket.send(chunk);
    expect(probe.socket.droppedMs).toBe(20);
  });

  it('rests when the attempts are used up, and tries again when audio comes', async () => {
    server.refusal = 'HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n';
    const probe = new Probe({ url: server.url }, { maxAttempts: 3, restMs: 20 });
    probe.socket.open();
    await probe.until(() => probe.log.includes('network: reconnecting'));
    expect(server.upgrades).toBe(3);
    expect(probe.errors.at(-1)?.message).toMatch(
      /could not be reached in 3 attempts.*The last one: .* refused the connection with HTTP 503/,
    );
    server.refusal = undefined;
    const pump = setInterval(() => probe.socket.send(chunk), 1);
    await probe.until(() => probe.log.includes('connected'));
    clearInterval(pump);
    expect(server.upgrades).toBe(4);
  });

  it('keeps the newest audio while nobody answers, and counts what does not fit', async () => {
    const probe = new Probe({ url: server.url }, { reconnectBufferMs: 100 });
    server.answers = false;
    probe.socket.open();
    for (let index = 0; index < 10; index += 1) probe.socket.send(chunk);
    expect(probe.socket.bufferedMs).toBe(100);
    expect(probe.socket.droppedMs).toBe(100);
  });

  it('is bounded when the provider is slower than the audio', async () => {
    server.onConnection = (socket) => {
      socket.send('{"type":"ready"}');
      socket.pause();
    };
    const probe = new Probe({ url: server.url }, { reconnectBufferMs: 500 });
    probe.socket.open();
    await probe.until(() => probe.log.includes('connected'));
    const second = PcmData.silence(1_000, { sampleRate: 48_000, channels: 2, format: 'f32' });
    for (let sent = 0; sent < 200; sent += 1) {
      probe.socket.send(second);
      await new Promise(setImmediate);
    }
    expect(probe.socket.bufferedMs).toBeLessThan(3_000);
    expect(probe.socket.droppedMs).toBeGreaterThan(100_000);
  });

  it('brings out the last messages before it closes', async () => {
    server.onConnection = (socket) => {
      socket.send('{"type":"ready"}');
      socket.on('message', (_data, isBinary) => {
        if (isBinary) return;
        socket.send('{"type":"text","text":"last words"}');
      });
    };
    const probe = new Probe({
      url: server.url,
      farewell: 'bye',
      finished: (message) => message.type === 'text',
    });
    probe.socket.open();
    probe.socket.send(chunk);
    await probe.until(() => probe.log.includes('connected'));
    await probe.socket.close();
    expect(server.received).toEqual(['640 bytes', 'bye']);
    expect(probe.messages.at(-1)).toEqual({ type: 'text', text: 'last words' });
    expect(probe.log).toEqual(['connected', 'closed']);
  });

  it('closes in time when the provider does not answer the farewell', async () => {
    const probe = new Probe({ url: server.url, farewell: 'bye' }, { farewellMs: 40 });
    server.onConnection = (socket) => {
      socket.send('{"type":"ready"}');
      socket.on('message', () => socket.pause());
    };
    probe.socket.open();
    await probe.until(() => probe.log.includes('connected'));
    await Promise.all([probe.socket.close(), probe.socket.close()]);
    expect(probe.socket.state).toBe('closed');
  });

  it('goes on when what the plugin wrote throws', async () => {
    server.onConnection = (socket) => {
      for (const text of ['{"type":"ready"}', '{"type":"text","text":"a"}']) socket.send(text);
    };
    const probe = new Probe({
      url: server.url,
      encodeAudio: () => {
        throw new Error('cannot encode');
      },
      onMessage: () => {
        throw new Error('cannot handle');
      },
    });
    probe.socket.open();
    probe.socket.send(chunk);
    await probe.until(() => probe.errors.length === 3);
    expect(probe.errors.map(({ kind }) => kind)).toEqual(['internal', 'internal', 'internal']);
    expect(probe.socket.state).toBe('ready');
  });

  it('ends a connection that only sends what it cannot read', async () => {
    server.onConnection = (socket) => {
      socket.send('{"type":"ready"}');
      for (let sent = 0; sent < 30; sent += 1) socket.send(Buffer.alloc(10));
    };
    const probe = new Probe({ url: server.url });
    probe.socket.open();
    await probe.until(() => probe.log.includes('cut'));
    await probe.until(() => probe.errors.length >= 2);
    expect(probe.errors.slice(0, 2).map(({ message }) => message)).toEqual([
      "acme sent a message that can't be read: a binary frame, where text was expected",
      "acme sent a message that can't be read: a binary frame, where text was expected (20 in a row)",
    ]);
  });

  it('tells a message that does not fit from one that it does not know', async () => {
    server.onConnection = (socket) => {
      for (const text of [
        '{"type":"ready"}',
        '{"type":"text","text":5}',
        '{"type":"other"}',
        '[]',
      ]) {
        socket.send(text);
      }
    };
    const probe = new Probe({ url: server.url });
    probe.socket.open();
    await probe.until(() => probe.errors.length === 2);
    expect(probe.errors[0]?.message).toContain(
      'text: Invalid input: expected string, received number',
    );
    expect(probe.ignored).toBe(1);
    expect(probe.socket.state).toBe('ready');
  });

  it('cuts a connection whose message is over the limit', async () => {
    server.onConnection = (socket) => {
      socket.send('{"type":"ready"}');
      socket.send('x'.repeat(2_000));
    };
    const probe = new Probe({ url: server.url }, { maxMessageBytes: 1_000 });
    probe.socket.open();
    await probe.until(() => probe.errors.length > 0);
    expect(probe.errors[0]).toMatchObject({
      kind: 'protocol',
      message: expect.stringContaining('Max payload size'),
    });
  });

  it('sends something when nothing was sent for a while', async () => {
    const kept = Promise.withResolvers<void>();
    server.onConnection = (socket) => {
      socket.send('{"type":"ready"}');
      socket.on('message', () => server.received.length === 3 && kept.resolve());
    };
    const probe = new Probe({ url: server.url, idle: { afterMs: 5, send: () => 'still here' } });
    probe.socket.open();
    await kept.promise;
    expect(server.received.slice(0, 3)).toEqual(['still here', 'still here', 'still here']);
  });

  it('gives up at a URL that cannot be', async () => {
    const probe = new Probe({ url: 'nonsense' });
    probe.socket.open();
    expect(probe.errors[0]).toMatchObject({
      kind: 'unsupported',
      message: 'Invalid URL: nonsense',
    });
    expect(probe.socket.state).toBe('failed');
  });

  it('never shows what authenticates', async () => {
    server.onConnection = (socket) => socket.close(1008, 'bad key sk-very-secret-1');
    const probe = new Probe({
      url: `${server.url}?token=tk-very-secret-2`,
      headers: { 'x-api-key': 'sk-very-secret-1' },
    });
    probe.socket.open();
    await probe.until(() => probe.errors.length > 0);
    expect(probe.errors[0]?.message).toBe(
      'acme closed the connection with code 1008: bad key [redacted]',
    );
  });
});

function socketMissing(): never {
  throw new Error('no connection was made');
}
