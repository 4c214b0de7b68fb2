import { ComponentErrorEvent, type ProviderError } from '@vision-agents/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordings, VirtualClock } from '../../src/index.ts';
import { REFERENCE_KEY, ReferenceProvider } from '../reference/reference-provider.ts';
import { ReferenceSTT } from '../reference/reference-stt.ts';

const participant = { id: 'p-ada', userId: 'ada' };
const chunks = [...recordings.ada.pcm().slice(0, 400).chunks(320)];
/** Farewell and drain take a second; what hangs is cut soon after. */
const CLOSE_MS = 1_600;

let provider: ReferenceProvider;
let clock: VirtualClock;
let stt: ReferenceSTT;
let errors: ProviderError[];

beforeEach(async () => {
  provider = new ReferenceProvider();
  await provider.start();
  clock = new VirtualClock();
  stt = new ReferenceSTT({ baseUrl: provider.url, apiKey: REFERENCE_KEY }).useClock(clock);
  errors = [];
  stt.events.on(ComponentErrorEvent, ({ error }) => void errors.push(error));
});

afterEach(async () => {
  provider.accept();
  await provider.changes.until('every connection is gone', () => provider.openConnections === 0);
  provider.assertDone();
  await provider.stop();
});

function speak(): void {
  for (const chunk of chunks) stt.send(chunk, participant);
}

/** A life in steps; closing must work after each of them. */
const life: readonly [string, () => Promise<unknown> | void][] = [
  ['it was made', () => undefined],
  ['audio waits for start', () => speak()],
  ['it has begun to start', () => void stt.start()],
  ['it has started', () => stt.start()],
  ['a connection is being made', () => clock.settle(1)],
  ['it is connected', () => clock.advance(20)],
  ['more audio is on its way', () => speak()],
  ['the provider is stuck', () => provider.stall()],
  ['even more audio waits', () => speak()],
  ['a ping is not answered', () => clock.advance(20_000)],
  ['the connection is given up', () => clock.advance(6_000)],
  ['an attempt times out', () => clock.advance(12_000)],
  ['the provider refuses', () => provider.refuse(503)],
  ['the attempts are used up', () => clock.advance(120_000)],
  ['it rests', () => speak()],
  ['the provider is back', () => provider.accept()],
  [
    'it is connected again',
    async () => {
      await clock.advance(30_000);
      speak();
      await clock.advance(20);
    },
  ],
  ['the speaker leaves', () => stt.participantLeft(participant.id)],
  ['the speaker is back', () => speak()],
  ['the connection is cut', () => provider.drop()],
  ['it knows that', () => clock.settle()],
];

describe('a component that is closed', () => {
  it.each(life.map(([moment], index) => ({ moment, index })))(
    'when $moment closes in time, without a new error, and leaves nothing',
    async ({ index }) => {
      for (const [, step] of life.slice(0, index + 1)) await step();
      const started = stt.start().catch(() => undefined);
      const before = errors.length;
      await clock.until(stt.close(), { limitMs: CLOSE_MS });
      await started;
      expect(errors.slice(before).map(({ message }) => message)).toEqual([]);
      expect(clock.pending).toBe(0);
      expect(stt.output.closed).toBe(true);
      await clock.settle();
      const asked = provider.requests.length;
      speak();
      await clock.jump(3_600_000);
      expect(provider.requests).toHaveLength(asked);
      expect(clock.pending).toBe(0);
    },
  );

  it('in any turn of the event loop leaves nothing', async () => {
    for (let turns = 0; turns < 15; turns += 1) {
      const own = new VirtualClock();
      const brief = new ReferenceSTT({ baseUrl: provider.url, apiKey: REFERENCE_KEY }).useClock(
        own,
      );
      const started = brief.start().catch(() => undefined);
      for (const chunk of chunks) brief.send(chunk);
      await own.settle(turns);
      await own.until(brief.close(), { limitMs: CLOSE_MS });
      await started;
      expect(own.pending).toBe(0);
    }
  });
});

describe('a speaker who leaves and comes back at once', () => {
  it('is heard, on a connection of their own', async () => {
    await stt.start();
    speak();
    await clock.advance(20);
    provider.stall();
    stt.participantLeft(participant.id);
    await clock.settle();
    speak();
    provider.accept();
    await clock.advance(20);
    expect(provider.requests).toHaveLength(2);
    await clock.until(stt.close(), { limitMs: CLOSE_MS });
    expect(provider.audioMs).toBe(800);
    expect(stt.droppedMs).toBe(0);
  });
});
