import type { TTS, TTSOutputChunk } from '@vision-agents/core';
import { TTSErrorEvent } from '@vision-agents/core';
import { afterAll, describe, expect, it } from 'vitest';
import { readToneSpeech } from '../../src/index.ts';
import { audioOf } from '../../src/tts/tts-bench.ts';
import { ReferenceSpeechServer, ReferenceTTS, TTS_KEY } from './reference-http.ts';
import {
  ReferenceSerialTTS,
  ReferenceSocketTTS,
  ReferenceTTSProvider,
} from './reference-socket.ts';

const TIMES = 1_000;
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

const providers = [
  { name: 'HTTP', Provider: ReferenceSpeechServer, Plugin: ReferenceTTS },
  {
    name: 'a socket for several texts',
    Provider: ReferenceTTSProvider,
    Plugin: ReferenceSocketTTS,
  },
  { name: 'a socket for one text', Provider: ReferenceTTSProvider, Plugin: ReferenceSerialTTS },
];

describe.each(providers)('$name', ({ Provider, Plugin }) => {
  it(`is interrupted ${TIMES} times at random moments`, { timeout: 180_000 }, async () => {
    const provider = new Provider();
    await provider.start();
    const tts: TTS = new Plugin({ baseUrl: provider.url, apiKey: TTS_KEY });
    const errors: string[] = [];
    tts.events.on(TTSErrorEvent, ({ error }) => void errors.push(error.message));
    await tts.start();
    const next = random(7);
    const stale: string[] = [];
    let interrupted = 0;
    let whole = 0;

    const read = async (text: string): Promise<void> => {
      const epoch = tts.epoch;
      const chunks: TTSOutputChunk[] = [];
      for await (const chunk of tts.send(text)) {
        if (tts.epoch !== epoch || chunk.text !== text) stale.push(`${text}: ${chunk.index}`);
        chunks.push(chunk);
      }
      const pcm = audioOf(chunks);
      const heard = pcm ? readToneSpeech(pcm.slice(0, Math.floor(pcm.durationMs / 20) * 20)) : '';
      if (!text.startsWith(heard)) stale.push(`${text}: heard ${heard}`);
      if (chunks.at(-1)?.final) whole += 1;
      else interrupted += 1;
      if (chunks.at(-1)?.final && heard !== text) stale.push(`${text}: not whole, ${heard}`);
    };

    const readings: Promise<void>[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      readings.push(read(`${time} is the number of this text.`));
      if (next() < 0.2) readings.push(read(`${time} has a second one.`));
      await pass(Math.floor(next() ** 2 * 40), Math.floor(next() * 6));
      void tts.interrupt();
    }
    await read('And one that is not interrupted.');
    await Promise.all(readings);

    expect(stale).toEqual([]);
    expect(errors).toEqual([]);
    expect(provider.violations).toEqual([]);
    // Both happen often enough to mean something.
    expect(interrupted).toBeGreaterThan(TIMES / 2);
    expect(whole).toBeGreaterThan(10);
    await provider.changes.until('the provider is at rest', () => provider.voice.speaking === 0);
    await tts.close();
    await provider.changes.until('all is closed', () => provider.openConnections === 0);
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
    await provider.stop();
  });
});
