import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setUpFaults } from './fault-bench.ts';
import type { SocketProbe } from './socket-probe.ts';

const { make } = setUpFaults();

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
    const probe = make(() => `ws://127.0.0.1:${port}`);
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
