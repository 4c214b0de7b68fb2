import type { SocketSpec } from '@vision-agents/core';
import { afterEach, beforeEach, expect } from 'vitest';
import { FaultServer } from './fault-server.ts';
import { SocketProbe, type Message } from './socket-probe.ts';

type Spec = Partial<SocketSpec<Message>>;
type Init = ConstructorParameters<typeof SocketProbe>[2];

/** What a test of faults works with. */
export interface FaultBench {
  /** Started afresh for each test. */
  readonly server: FaultServer;
  /** A connection that is not opened yet. */
  make(this: void, url?: () => string, spec?: Spec, init?: Init): SocketProbe;
  open(this: void, spec?: Spec, init?: Init): SocketProbe;
  /** Opens, and lets the provider accept the session. */
  connect(this: void, spec?: Spec, init?: Init): Promise<SocketProbe>;
}

/**
 * A server for each test of a file. Whatever a test does, afterwards each connection is closed, which must take its
 * time and no more, and nothing may be left over.
 */
export function setUpFaults(): FaultBench {
  const server = new FaultServer();
  const probes: SocketProbe[] = [];

  beforeEach(() => server.start());

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

  const make: FaultBench['make'] = (url = () => server.url, spec = {}, init = {}) => {
    const probe = new SocketProbe(url, spec, init);
    probes.push(probe);
    return probe;
  };
  const open: FaultBench['open'] = (spec, init) => {
    const probe = make(undefined, spec, init);
    probe.socket.open();
    return probe;
  };
  return {
    server,
    make,
    open,
    async connect(spec, init) {
      const probe = open(spec, init);
      await probe.clock.advance(0);
      expect(probe.socket.state).toBe('ready');
      return probe;
    },
  };
}
