import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { ProviderError, type SocketSpec } from '@vision-agents/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultServer } from './fault-server.ts';
import { Message, numberedChunk, SocketProbe } from './socket-probe.ts';

type Validate = SocketSpec<Message>['messages']['~standard']['validate'];

let server: FaultServer;
const probes: SocketProbe[] = [];

function open(
  spec: Partial<SocketSpec<Message>> = {},
  init: ConstructorParameters<typeof SocketProbe>[2] = {},
): SocketProbe {
  const probe = new SocketProbe(() => server.url, spec, init);
  probes.push(probe);
  probe.socket.open();
  return probe;
}

function schemaOf(validate: Validate): SocketSpec<Message>['messages'] {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

/** Opens, and lets the provider accept the session. */
async function connect(...parameters: Parameters<typeof open>): Promise<SocketProbe> {
  const probe = open(...parameters);
  await probe.clock.advance(0);
  expect(probe.socket.state).toBe('ready');
  return probe;
}

beforeEach(async () => {
  server = new FaultServer();
  await server.start();
});

/** Whatever a test did: closing takes its time and no more, and nothing is left over. */
afterEach(async () => {
  for (const probe of probes.splice(0)) {
    await probe.close();
    expect(probe.socket.state).toBe('closed');
    expect(probe.socket.bufferedMs).toBe(0);
    expect(probe.clock.pending).toBe(0);
  }
  server.accept();
  await server.changes.until('every connection is gone', () => server.openConnections === 0);
  server.assertDone();
  await server.stop();
});

describe('a provider that cannot be reached', () => {
  it('is told as a network error when nobody listens', async () => {
    const { url } = server;
    await server.stop();
    const probe = new SocketProbe(() => url);
    probes.push(probe);
    probe.socket.open();
    await probe.clock.advance(0);
    expect(probe.errors[0]).toMatchObject({ kind: 'network', retryable: true });
    expect(probe.errors[0]?.message).toContain('ECONNREFUSED');
    expect(probe.socket.state).toBe('waiting');
  });

  it('is told as a network error when it does not speak TLS', async () => {
    const probe = new SocketProbe(() => server.url.replace('ws:', 'wss:'));
    probes.push(probe);
    probe.socket.open();
    await probe.clock.advance(0);
    expect(probe.errors[0]).toMatchObject({ kind: 'network', retryable: true });
    expect(probe.socket.state).toBe('waiting');
  });
});

describe('a provider that ends the session', () => {
  it.each([
    ['without a code', 1005],
    ['as if all were well', 1000],
    ['because it restarts', 1012],
  ])('%s is connected again', async (_how, code) => {
    const probe = await connect();
    if (code === 1005) server.closeWithoutCode();
    else for (const session of server.sessions) session.close(code);
    await probe.clock.advance(0);
    expect(probe.log).toEqual(['connected', 'cut', 'network: connection lost']);
    expect(probe.errors[0]).toMatchObject({ status: code, retryable: true });
    await probe.clock.advance(250);
    expect(probe.log.at(-1)).toBe('connected');
  });

  it('and keeps the connection is left, and connected again', async () => {
    const probe = await connect();
    for (const session of server.sessions) {
      session.close(1011);
      session.pause();
    }
    await probe.clock.advance(0);
    for (let sent = 0; sent < 100; sent += 1) {
      probe.socket.send(numberedChunk(sent));
      await probe.clock.advance(20);
    }
    expect(probe.log).toEqual(['connected', 'cut', 'network: connection lost', 'connected']);
    expect(server.chunks).toHaveLength(100);
  });

  it('ten times in a row, after messages, is connected again each time', async () => {
    const probe = await connect();
    for (let cut = 0; cut < 10; cut += 1) {
      probe.socket.send(numberedChunk(cut));
      for (const session of server.sessions) session.send({ type: 'text', text: 'a' });
      await probe.clock.advance(20);
      server.drop();
      await probe.clock.advance(250);
    }
    expect(probe.log.filter((entry) => entry === 'connected')).toHaveLength(11);
    expect(probe.socket.state).toBe('ready');
    expect(server.chunks).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('ten times in a row, without having done anything, is left alone for a while', async () => {
    const probe = await connect();
    for (let cut = 0; cut < 10; cut += 1) {
      server.drop();
      await probe.clock.advance(8_000);
    }
    expect(server.requests).toHaveLength(6);
    expect(probe.socket.state).toBe('resting');
    await probe.clock.advance(30_000);
    expect(server.requests).toHaveLength(6);
    probe.socket.send(numberedChunk(1));
    await probe.clock.advance(0);
    expect(server.chunks).toEqual([1]);
  });

  it('ten times, each after a long silence, is connected again each time', async () => {
    const probe = await connect();
    for (let cut = 0; cut < 10; cut += 1) {
      await probe.clock.advance(60_000);
      server.drop();
      await probe.clock.advance(250);
    }
    expect(probe.socket.state).toBe('ready');
    expect(server.requests).toHaveLength(11);
  });

  it('as often as it connects, never has more than the audio that fits', async () => {
    const probe = open({}, { policy: { reconnectBufferMs: 200 } });
    probe.onConnected = () => server.drop();
    for (let sent = 0; sent < 500; sent += 1) {
      probe.socket.send(numberedChunk(sent));
      await probe.clock.advance(20);
      expect(probe.socket.bufferedMs).toBeLessThanOrEqual(1_200);
    }
    expect(probe.socket.state).toBe('resting');
  });
});

describe('a clock that jumps by an hour', () => {
  const HOUR_MS = 3_600_000;

  it('finds a connection that is alive alive', async () => {
    const probe = await connect();
    await probe.clock.jump(HOUR_MS);
    await probe.clock.advance(100_000);
    expect(probe.log).toEqual(['connected']);
  });

  it('finds a connection that died meanwhile dead, and makes another', async () => {
    const probe = await connect();
    server.stall();
    await probe.clock.jump(HOUR_MS);
    await probe.clock.advance(10_000);
    expect(probe.log.slice(0, 2)).toEqual(['connected', 'cut']);
    server.accept();
    await probe.clock.advance(250);
    expect(probe.log.at(-1)).toBe('connected');
  });

  it('ends a wait', async () => {
    server.refuse(503);
    const probe = open();
    await probe.clock.advance(0);
    expect(probe.socket.state).toBe('waiting');
    server.accept();
    await probe.clock.jump(HOUR_MS);
    expect(probe.socket.state).toBe('ready');
  });

  it('ends an attempt, and makes another', async () => {
    server.stall();
    const probe = open();
    await probe.clock.advance(0);
    await probe.clock.jump(HOUR_MS);
    expect(probe.log).toEqual(['timeout: connecting, attempt 1']);
    server.accept();
    await probe.clock.advance(250);
    expect(probe.socket.state).toBe('ready');
  });
});

describe('closing', () => {
  const HOUR_MS = 3_600_000;

  it.each<[string, (probe: SocketProbe) => Promise<void> | void]>([
    ['before it was opened', () => undefined],
    ['as soon as it was opened', ({ socket }) => socket.open()],
    [
      'while the provider does not answer',
      async (probe) => {
        server.stall();
        probe.socket.open();
        await probe.clock.advance(0);
      },
    ],
    [
      'while the provider has not accepted',
      async (probe) => {
        server.accepts = false;
        probe.socket.open();
        await probe.clock.advance(0);
      },
    ],
    [
      'while it waits',
      async (probe) => {
        server.refuse(503);
        probe.socket.open();
        await probe.clock.advance(0);
      },
    ],
    [
      'while it rests',
      async (probe) => {
        server.refuse(503);
        probe.socket.open();
        await probe.clock.advance(60_000);
      },
    ],
    [
      'after it gave up',
      async (probe) => {
        server.refuse(401);
        probe.socket.open();
        await probe.clock.advance(0);
      },
    ],
    [
      'while the provider is stuck',
      async (probe) => {
        probe.socket.open();
        await probe.clock.advance(0);
        server.stall();
      },
    ],
  ])('%s takes its time and no more, and opens nothing', async (_when, prepare) => {
    for (const chunks of [0, 3]) {
      server.accept();
      const probe = new SocketProbe(() => server.url);
      probes.push(probe);
      await prepare(probe);
      for (let sent = 0; sent < chunks; sent += 1) probe.socket.send(numberedChunk(sent));
      await probe.close();
      expect(probe.clock.pending).toBe(0);
      const asked = server.requests.length;
      probe.socket.open();
      probe.socket.send(numberedChunk(9));
      await probe.clock.jump(HOUR_MS);
      expect([probe.socket.state, server.requests.length]).toEqual(['closed', asked]);
    }
  });

  it('takes no more audio once it has begun, and counts it', async () => {
    server.answersFarewell = false;
    const probe = await connect();
    probe.socket.send(numberedChunk(1));
    const closed = probe.socket.close();
    probe.socket.send(numberedChunk(2));
    await probe.clock.advance(0);
    probe.socket.send(numberedChunk(3));
    await probe.clock.until(closed, { limitMs: 1_300 });
    expect(server.chunks).toEqual([1]);
    expect(probe.socket.droppedMs).toBe(40);
  });

  it('leaves no timer when an answer to a ping comes late', async () => {
    const probe = await connect();
    server.stall();
    await probe.clock.advance(15_000);
    const closed = probe.socket.close();
    await probe.clock.advance(1_000);
    server.accept();
    await probe.clock.until(closed, { limitMs: 300 });
    expect(probe.clock.pending).toBe(0);
  });

  it('may be asked for by whoever hears that the connection was lost', async () => {
    const probe = await connect();
    probe.onDisconnected = () => void probe.socket.close();
    server.drop();
    await probe.clock.advance(0);
    expect(probe.socket.state).toBe('closed');
  });
});

/** An async handler, as a plugin may well have one. */
const failsLater: () => unknown = () => Promise.reject(new Error('the plugin is wrong'));

function fails(): never {
  throw new Error('the plugin is wrong');
}

describe('a protocol that throws', () => {
  const circular: { self?: object } = {};
  circular.self = circular;
  it.each<[string, Partial<SocketSpec<Message>>]>([
    ['in what it says when idle', { idle: { afterMs: 1_000, send: fails } }],
    ['in its hello', { hello: circular }],
    ['in its audio', { encodeAudio: () => circular }],
    ['in its handler', { onMessage: fails }],
    ['in its handler, later', { onMessage: failsLater }],
    ['in its schema', { messages: Message.refine(fails) }],
    ['in its schema, itself', { messages: schemaOf(fails) }],
    ['in its schema, later', { messages: schemaOf(async () => fails()) }],
    ['in ready', { ready: fails }],
  ])('%s is told, and nothing else breaks', async (_where, spec) => {
    const probe = open(spec);
    await probe.clock.advance(0);
    for (let sent = 0; sent < 100; sent += 1) {
      probe.socket.send(numberedChunk(sent));
      await probe.clock.advance(20);
    }
    await probe.clock.advance(10_000);
    expect(probe.errors.length).toBeGreaterThan(0);
  });

  it('in its farewell or its end is closed all the same', async () => {
    server.answersFarewell = false;
    for (const spec of [{ farewell: circular }, { finished: fails }]) {
      const probe = await connect(spec);
      const closed = probe.socket.close();
      for (const session of server.sessions) session.send({ type: 'text', text: 'last words' });
      await probe.clock.until(closed, { limitMs: 1_300 });
      expect(probe.errors).toMatchObject([{ kind: 'internal' }]);
    }
  });

  it('gives up before there is a connection makes none', async () => {
    const error = new ProviderError({ provider: 'acme', kind: 'auth', message: 'no key' });
    const probe = new SocketProbe(() => {
      probe.socket.fail(error);
      return server.url;
    });
    probes.push(probe);
    probe.socket.open();
    expect(probe.clock.pending).toBe(0);
    await probe.clock.settle();
    expect([probe.socket.state, server.requests.length]).toEqual(['failed', 0]);
  });

  it('gives up for good also between two attempts', async () => {
    const probe = await connect();
    server.drop();
    await probe.clock.advance(0);
    expect(probe.socket.state).toBe('waiting');
    probe.socket.fail(new ProviderError({ provider: 'acme', kind: 'auth', message: 'no key' }));
    await probe.clock.advance(10_000);
    expect(probe.socket.state).toBe('failed');
    expect(server.requests).toHaveLength(1);
  });
});

describe('a server that is no WebSocket server', () => {
  let net: Server;
  let answer: (socket: Socket) => void;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    net = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      socket.once('data', () => answer(socket));
    }).listen(0, '127.0.0.1');
    await once(net, 'listening');
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    net.close();
    await once(net, 'close');
  });

  function openPlain(): SocketProbe {
    const address = net.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const probe = new SocketProbe(() => `ws://127.0.0.1:${port}`);
    probes.push(probe);
    probe.socket.open();
    return probe;
  }

  it.each([
    ['speaks no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    [
      'has not understood the handshake',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n',
    ],
    ['hangs up', ''],
  ])('that %s is told as a network error', async (_how, text) => {
    answer = (socket) => socket.end(text);
    const probe = openPlain();
    await probe.clock.advance(0);
    expect(probe.errors[0]).toMatchObject({ kind: 'network', retryable: true });
    expect(probe.socket.state).toBe('waiting');
  });

  it('that answers with a page is told with its status', async () => {
    answer = (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n<html>');
    const probe = openPlain();
    await probe.clock.advance(0);
    expect(probe.errors[0]).toMatchObject({ status: 200 });
    await probe.close();
    expect(sockets.every(({ destroyed, readableEnded }) => destroyed || readableEnded)).toBe(true);
  });
});
