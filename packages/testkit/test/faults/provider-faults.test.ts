import { describe, expect, it } from 'vitest';
import { setUpFaults } from './fault-bench.ts';
import { numberedChunk } from './socket-probe.ts';

const HOUR_MS = 3_600_000;
const { server, make, open, connect } = setUpFaults();

describe('a provider that cannot be reached', () => {
  it('is told as a network error when nobody listens', async () => {
    const { url } = server;
    await server.stop();
    const probe = make(() => url);
    probe.socket.open();
    await probe.clock.advance(0);
    expect(probe.errors[0]).toMatchObject({ kind: 'network', retryable: true });
    expect(probe.errors[0]?.message).toContain('ECONNREFUSED');
    expect(probe.socket.state).toBe('waiting');
  });

  it('is told as a network error when it does not speak TLS', async () => {
    const probe = make(() => server.url.replace('ws:', 'wss:'));
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
