import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MONO_16K, PcmData } from '@vision-agents/core/audio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordings, VirtualClock, type SpeechRecording } from '../src/index.ts';
import { REFERENCE_KEY, ReferenceProvider } from './reference/reference-provider.ts';
import { ReferenceSTT } from './reference/reference-stt.ts';

const SLOT_MS = 10_000;
const SLOTS = 360;
const CHUNK_MS = 20;
const STEP_MS = 100;
const MEMORY_LIMIT_BYTES = 5 * 1024 * 1024;
/** After the last word of a sentence the provider takes less than this to call it final; then comes more silence. */
const FINAL_AFTER_MS = 450;

let provider: ReferenceProvider;
let clock: VirtualClock;
let stt: ReferenceSTT;
let sentMs: number;
/** What came out: final texts, and how many words of partial ones. */
let finals: string[];
let partialWords: number;

beforeEach(async () => {
  provider = new ReferenceProvider();
  await provider.start();
  clock = new VirtualClock();
  stt = new ReferenceSTT({ baseUrl: provider.url, apiKey: REFERENCE_KEY }).useClock(clock);
  sentMs = 0;
  finals = [];
  partialWords = 0;
  void listen();
  await stt.start();
});

afterEach(async () => {
  await clock.until(stt.close(), { limitMs: 2_000 });
  expect(clock.pending).toBe(0);
  await provider.changes.until('every connection is gone', () => provider.openConnections === 0);
  provider.assertDone();
  await provider.stop();
});

describe('an hour of audio, cut every 10 seconds', () => {
  it(
    'comes out as the words that were spoken, in the same memory',
    { timeout: 600_000 },
    async () => {
      const collect = collector();
      const spoken: string[] = [];
      let firstHalfBytes = 0;
      for (let slot = 0; slot < SLOTS; slot += 1) {
        const recording = slot % 2 === 0 ? recordings.ada : recordings.ben;
        spoken.push(...recording.sentences.map(({ text }) => text));
        const sound = slotOf(recording);
        const cutMs = pauseOf(recording, slot % 4 < 2 ? 0 : 1);
        await speak(sound.slice(0, cutMs));
        await cut();
        await speak(sound.slice(cutMs));
        if (slot === SLOTS / 2 - 1) firstHalfBytes = await bytesInUse(collect);
      }
      const secondHalfBytes = await bytesInUse(collect);
      expect(finals).toEqual(spoken);
      expect(provider.heard).toEqual(spoken.flatMap((text) => text.split(' ')));
      expect(sentMs).toBeGreaterThanOrEqual(3_600_000);
      expect(provider.audioMs).toBeCloseTo(sentMs);
      expect(stt.droppedMs).toBe(0);
      expect(provider.requests).toHaveLength(SLOTS + 1);
      expect(secondHalfBytes - firstHalfBytes).toBeLessThan(MEMORY_LIMIT_BYTES);
    },
  );
});

describe('three minutes of audio, cut anywhere every 10 seconds', () => {
  it(
    'comes out as the words that the provider heard: all but those at a cut',
    { timeout: 120_000 },
    async () => {
      const slots = 18;
      let words = 0;
      for (let slot = 0; slot < slots; slot += 1) {
        const recording = slot % 2 === 0 ? recordings.ada : recordings.ben;
        words += recording.words.length;
        const sound = slotOf(recording);
        // Spread over the recording, and never twice at the same place of it.
        const cutMs = 300 + ((slot * 2_340) % (recording.durationMs - 600));
        await speak(sound.slice(0, cutMs));
        await cut();
        await speak(sound.slice(cutMs));
      }
      expect(partialWords).toBe(provider.heard.length);
      expect(provider.heard.length).toBeGreaterThanOrEqual(words - 2 * slots);
      expect(provider.audioMs).toBeCloseTo(sentMs);
      expect(stt.droppedMs).toBe(0);
    },
  );
});

async function listen(): Promise<void> {
  for await (const item of stt.output) {
    if (item.type !== 'transcript') continue;
    if (item.mode === 'final') finals.push(item.text);
    else partialWords += 1;
  }
}

function slotOf(recording: SpeechRecording): PcmData {
  return PcmData.concat([
    recording.pcm(),
    PcmData.silence(SLOT_MS - recording.durationMs, MONO_16K),
  ]);
}

/** Within the pause after that sentence, once it is final. */
function pauseOf(recording: SpeechRecording, sentence: number): number {
  const endMs = recording.sentences[sentence]?.endMs ?? 0;
  return Math.ceil((endMs + FINAL_AFTER_MS) / CHUNK_MS) * CHUNK_MS;
}

/** Speaks as fast as time passes, and no faster than the provider hears it. */
async function speak(pcm: PcmData): Promise<void> {
  const frames = (MONO_16K.sampleRate * CHUNK_MS) / 1_000;
  let unpassedMs = 0;
  for (const chunk of pcm.chunks(frames)) {
    stt.send(chunk);
    sentMs += chunk.durationMs;
    unpassedMs += chunk.durationMs;
    if (unpassedMs < STEP_MS) continue;
    await clock.advance(unpassedMs);
    unpassedMs = 0;
  }
  await clock.advance(unpassedMs);
  await heardAll();
}

async function heardAll(): Promise<void> {
  for (let waitedMs = 0; provider.audioMs < sentMs; waitedMs += CHUNK_MS) {
    if (waitedMs > SLOT_MS) throw new Error(`${sentMs} ms were sent, ${provider.audioMs} ms heard`);
    await clock.advance(CHUNK_MS);
  }
}

async function cut(): Promise<void> {
  provider.drop();
  await clock.settle();
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('memory cannot be collected');
  return () => void Reflect.apply(collect, undefined, []);
}

async function bytesInUse(collect: () => void): Promise<number> {
  for (let time = 0; time < 3; time += 1) {
    collect();
    await clock.settle();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
