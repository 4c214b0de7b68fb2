import { ProviderError, type SocketSpec } from '@vision-agents/core';
import { describe, expect, it } from 'vitest';
import { setUpFaults } from './fault-bench.ts';
import { Message, numberedChunk } from './socket-probe.ts';

type Validate = SocketSpec<Message>['messages']['~standard']['validate'];

const { server, make, open, connect } = setUpFaults();

function schemaOf(validate: Validate): SocketSpec<Message>['messages'] {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

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
    const probe = make(() => {
      probe.socket.fail(error);
      return server.url;
    });
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
