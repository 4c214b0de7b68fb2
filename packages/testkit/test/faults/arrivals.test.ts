import { expect, it } from 'vitest';
import { setUpFaults } from './fault-bench.ts';
import { numberedChunk, type SocketProbe } from './socket-probe.ts';

const { server, connect } = setUpFaults();

/** Gives 20 ms of audio so many times, and lets it go out. */
async function send(probe: SocketProbe, chunks: number): Promise<void> {
  for (let number = 0; number < chunks; number += 1) probe.socket.send(numberedChunk(number));
  await probe.clock.settle();
}

it('counts what was sent when the provider read no more, and nothing that it had read', async () => {
  const probe = await connect();
  await send(probe, 10);
  await probe.clock.advance(1_000);
  server.stall();
  // Many times what Node has read by itself when the provider is stopped, and far less than the kernel takes.
  for (let batch = 0; batch < 5; batch += 1) await send(probe, 200);
  server.drop();
  await probe.clock.settle();

  expect(server.chunks.length).toBeGreaterThanOrEqual(10);
  expect(server.chunks.length).toBeLessThan(1_010);
  expect(probe.unconfirmed).toEqual([20_000]);
  expect([probe.socket.unconfirmedMs, probe.socket.droppedMs]).toEqual([20_000, 0]);
});

it('counts what it was told nothing of, though it had arrived, and not twice', async () => {
  const probe = await connect();
  await send(probe, 10);
  server.drop();
  await probe.clock.advance(1_000);
  await send(probe, 5);
  await probe.clock.advance(1_000);
  server.drop();
  await probe.clock.settle();

  expect(server.chunks).toHaveLength(15);
  expect(probe.unconfirmed).toEqual([200, 0]);
  expect(probe.socket.unconfirmedMs).toBe(200);
});

it('keeps the doubt to the last second, however long the audio flows', async () => {
  const probe = await connect();
  for (let chunk = 0; chunk < 500; chunk += 1) {
    await send(probe, 1);
    await probe.clock.advance(20);
  }
  server.drop();
  await probe.clock.settle();

  expect(server.chunks).toHaveLength(500);
  expect(probe.socket.unconfirmedMs).toBeLessThanOrEqual(1_040);
});

it.each([
  ['answers the farewell', true, 0],
  ['does not', false, 0],
])('counts nothing when it closes and the provider %s, but reads', async (_what, answers, ms) => {
  server.answersFarewell = answers;
  const probe = await connect();
  await send(probe, 10);
  await probe.close();

  expect(server.chunks).toHaveLength(10);
  expect(probe.socket.unconfirmedMs).toBe(ms);
});

it('counts what the provider did not read when it has to be cut', async () => {
  const probe = await connect();
  server.stall();
  await send(probe, 10);
  await probe.close();

  expect(server.chunks).toHaveLength(0);
  expect([probe.socket.unconfirmedMs, probe.socket.droppedMs]).toEqual([200, 0]);
});

it('counts audio that can not be written as dropped', async () => {
  const circular: { self?: object } = {};
  circular.self = circular;
  const probe = await connect({ encodeAudio: () => circular });
  await send(probe, 10);
  server.drop();
  await probe.clock.settle();

  expect([probe.socket.unconfirmedMs, probe.socket.droppedMs]).toEqual([0, 200]);
});
