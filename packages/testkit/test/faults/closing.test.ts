import { describe, expect, it } from 'vitest';
import { setUpFaults } from './fault-bench.ts';
import { numberedChunk, type SocketProbe } from './socket-probe.ts';

const HOUR_MS = 3_600_000;
const { server, make, connect } = setUpFaults();

describe('closing', () => {
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
      const probe = make();
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
