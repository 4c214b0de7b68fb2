import * as fc from 'fast-check';
import type { FaultServer } from './fault-server.ts';
import { numberedChunk, type SocketProbe } from './socket-probe.ts';

/** One thing that happens to a connection. */
export type Step =
  | { type: 'send'; chunks: number; durationMs: number }
  | { type: 'advance' | 'jump'; ms: number }
  | { type: 'refuse'; status: number; retryAfterSeconds: number | undefined }
  | { type: 'close-session'; code: number }
  | { type: 'message'; data: string | Uint8Array; times: number }
  | { type: 'accept' | 'stall' | 'drop' | 'close-without-code' | 'never-accept' }
  | { type: 'open' | 'close' | 'close-twice' };

const advance = fc.record({
  type: fc.constant('advance' as const),
  ms: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 40_000 })),
});

const message = fc.record({
  type: fc.constant('message' as const),
  data: fc.constantFrom<string | Uint8Array>(
    '{"type":"text","text":"a"}',
    '{"type":"text","text":5}',
    '{"type":"ready"}',
    '{"type":"unknown"}',
    'no JSON',
    '',
    new Uint8Array(10),
    'x'.repeat(20_000),
  ),
  times: fc.constantFrom(1, 2, 30),
});

/** Mostly audio and time, so that there is something to lose when a fault comes. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 80,
    arbitrary: fc.record({
      type: fc.constant('send' as const),
      chunks: fc.integer({ min: 1, max: 50 }),
      durationMs: fc.integer({ min: 1, max: 200 }),
    }),
  },
  { weight: 60, arbitrary: advance },
  { weight: 30, arbitrary: message },
  {
    weight: 40,
    arbitrary: fc.record({ type: fc.constantFrom('accept', 'drop', 'open') }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      type: fc.constantFrom('stall', 'close-without-code', 'never-accept'),
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      type: fc.constant('refuse' as const),
      status: fc.constantFrom(408, 429, 500, 503, 503),
      retryAfterSeconds: fc.constantFrom(undefined, 0, 5, 100_000),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('close-session' as const),
      code: fc.constantFrom(1000, 1001, 1008, 1011, 3000, 4999),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('jump' as const),
      ms: fc.constantFrom(1_000, 20_000, 3_600_000),
    }),
  },
  { weight: 40, arbitrary: fc.record({ type: fc.constant('accept' as const) }) },
  // After these nothing much happens any more.
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('refuse' as const),
      status: fc.constantFrom(401, 404),
      retryAfterSeconds: fc.constant(undefined),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('close', 'close-twice') }) },
);

/** Does one step, and gives the chunks that were sent. Numbers go on from `nextChunk`. */
export async function perform(
  action: Step,
  on: { probe: SocketProbe; server: FaultServer; nextChunk: number },
): Promise<{ number: number; durationMs: number }[]> {
  const { probe, server, nextChunk } = on;
  const sent: { number: number; durationMs: number }[] = [];
  switch (action.type) {
    case 'send':
      for (let index = 0; index < action.chunks; index += 1) {
        const chunk = { number: nextChunk + index, durationMs: action.durationMs };
        probe.socket.send(numberedChunk(chunk.number, chunk.durationMs));
        sent.push(chunk);
      }
      break;
    case 'advance':
      await probe.clock.advance(action.ms);
      break;
    case 'jump':
      await probe.clock.jump(action.ms);
      break;
    case 'refuse':
      server.refuse(action.status, { retryAfterSeconds: action.retryAfterSeconds });
      break;
    case 'close-session':
      for (const session of server.sessions) session.close(action.code);
      break;
    case 'message':
      for (const session of server.sessions)
        for (let time = 0; time < action.times; time += 1) session.send(action.data);
      break;
    case 'accept':
      server.accepts = true;
      server.accept();
      break;
    case 'never-accept':
      server.accepts = false;
      break;
    case 'stall':
      server.stall();
      break;
    case 'drop':
      server.drop();
      break;
    case 'close-without-code':
      server.closeWithoutCode();
      break;
    case 'open':
      probe.socket.open();
      break;
    case 'close-twice':
      void probe.socket.close();
      void probe.socket.close();
      break;
    case 'close':
      void probe.socket.close();
      break;
  }
  return sent;
}
