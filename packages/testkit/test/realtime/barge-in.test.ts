import { RealtimeErrorEvent, type Realtime, type RealtimeOutput } from '@vision-agents/core';
import { afterAll, describe, expect, it } from 'vitest';
import { readToneSpeech, recordings } from '../../src/index.ts';
import { audioOf, isDone } from '../../src/realtime/realtime-bench.ts';
import { REALTIME_KEY, ReferenceRealtime } from './reference-realtime.ts';
import { ReferenceRealtimeProvider } from './reference-realtime-provider.ts';

/** So often it is a voice that interrupts, which takes a recording to be heard. */
const VOICE_EVERY = 40;

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
process.on('unhandledRejection', note);
afterAll(() => process.off('unhandledRejection', note));

/** The same numbers in each run, so that what fails once can be looked into. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Lets so many turns of the event loop, or of the microtasks within one, pass. */
async function pass(turns: number, microtasks: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
  for (let step = 0; step < microtasks; step += 1) await Promise.resolve();
}

/** The first words of a sentence, which are enough to be heard as its beginning. */
async function startToSpeak(realtime: Realtime): Promise<void> {
  for (const chunk of recordings.ada.pcm(16_000).slice(100, 1_200).chunks(320)) {
    realtime.simpleAudioResponse(chunk);
    await new Promise(setImmediate);
  }
}

describe.each([
  { what: 'that has names for its responses', names: true, times: 1_000 },
  { what: 'that has none', names: false, times: 300 },
])('with a provider $what', ({ names, times }) => {
  it(`is interrupted ${times} times at random moments`, { timeout: 180_000 }, async () => {
    const provider = new ReferenceRealtimeProvider({ names });
    await provider.start();
    const realtime = new ReferenceRealtime({ baseUrl: provider.url, apiKey: REALTIME_KEY });
    const errors: string[] = [];
    realtime.events.on(RealtimeErrorEvent, ({ error }) => void errors.push(error.message));
    await realtime.start();
    const next = random(11);
    const stale: string[] = [];
    const over = new Set<string>();
    const heard = new Map<string, RealtimeOutput[]>();
    void (async () => {
      for await (const item of realtime.output) {
        const { type, turnId, epoch } = item;
        // It was handed over in the same breath in which the interruption came: whoever plays it compares.
        if (type === 'audio-output' && epoch < realtime.epoch) continue;
        if (type === 'audio-output' && over.has(turnId)) stale.push(`${turnId}: ${epoch}`);
        if (isDone(item) && item.interrupted) over.add(turnId);
        heard.set(turnId, [...(heard.get(turnId) ?? []), item]);
      }
    })();

    let interrupted = 0;
    let whole = 0;
    const read = async (turnId: string): Promise<void> => {
      const { epoch } = realtime;
      let final = false;
      for await (const item of realtime.simpleResponse(`Number ${turnId}?`, { turnId })) {
        if (realtime.epoch !== epoch) stale.push(`${turnId}: ${item.type}`);
        final ||= item.type === 'final';
      }
      if (final) whole += 1;
      else interrupted += 1;
    };

    const readings: Promise<void>[] = [];
    for (let time = 0; time < times; time += 1) {
      readings.push(read(`${time}`));
      if (next() < 0.2) readings.push(read(`${time} again`));
      await pass(Math.floor(next() ** 2 * 120), Math.floor(next() * 6));
      if (time % VOICE_EVERY === VOICE_EVERY - 1) await startToSpeak(realtime);
      void realtime.interrupt(next() < 0.5 ? {} : { playedMs: Math.floor(next() * 400) });
    }
    await read('the last');
    await Promise.all(readings);

    for (const [turnId, items] of heard) {
      const pcm = audioOf(items);
      const said = pcm ? readToneSpeech(pcm.slice(0, Math.floor(pcm.durationMs / 20) * 20)) : '';
      const expected = turnId.includes('-') ? 'You said: ' : `You said: Number ${turnId}?`;
      if (
        !expected.startsWith(said.slice(0, expected.length)) ||
        (!turnId.includes('-') && said.length > expected.length)
      )
        stale.push(`${turnId}: heard ${said}`);
    }
    expect(stale).toEqual([]);
    expect(errors).toEqual([]);
    expect(provider.violations).toEqual([]);
    // Both happen often enough to mean something.
    expect(interrupted).toBeGreaterThan(times / 4);
    expect(whole).toBeGreaterThan(10);
    expect(realtime.epoch).toBeGreaterThanOrEqual(times);
    await provider.changes.until('the provider is at rest', () => provider.responding === 0);
    await realtime.close();
    await provider.changes.until('all is closed', () => provider.openConnections === 0);
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
    await provider.stop();
  });
});
