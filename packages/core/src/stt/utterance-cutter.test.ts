import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MONO_16K, PcmData } from '../audio/index.ts';
import { defaultSegmentation, UtteranceCutter, type Segmentation } from './utterance-cutter.ts';

/** A voice of -14 dBFS, whose samples count on, so that a test can tell which of them came out. */
function voice(durationMs: number, amplitude = 0.2): PcmData {
  const samples = new Int16Array((16_000 * durationMs) / 1_000);
  for (let index = 0; index < samples.length; index += 1) {
    samples[index] = Math.round(Math.sin(index / 5) * amplitude * 32_767);
  }
  return new PcmData({ samples, sampleRate: 16_000 });
}

function noise(durationMs: number, amplitude: number): PcmData {
  const samples = new Int16Array((16_000 * durationMs) / 1_000);
  let seed = 1;
  for (let index = 0; index < samples.length; index += 1) {
    seed = (seed * 48_271) % 2_147_483_647;
    samples[index] = Math.round((seed / 2_147_483_647 - 0.5) * 2 * amplitude * 32_767);
  }
  return new PcmData({ samples, sampleRate: 16_000 });
}

const room = (durationMs: number): PcmData => noise(durationMs, 0.01);
const silence = (durationMs: number): PcmData => PcmData.silence(durationMs, MONO_16K);

function cut(parts: readonly PcmData[], segmentation: Partial<Segmentation> = {}): PcmData[] {
  const cutter = new UtteranceCutter(MONO_16K, { ...defaultSegmentation, ...segmentation });
  const utterances = parts.flatMap((part) => cutter.push(part));
  const last = cutter.flush();
  return last ? [...utterances, last] : utterances;
}

describe('UtteranceCutter', () => {
  it('cuts at a pause, with what came just before the voice', () => {
    const utterances = cut([silence(1_000), voice(800), silence(700), voice(400), silence(600)]);
    expect(utterances.map(({ durationMs }) => durationMs)).toEqual([1_600, 1_100]);
    const [first] = utterances;
    expect(first?.slice(0, 300).samples.every((sample) => sample === 0)).toBe(true);
    expect(first?.slice(300, 1_100).samples).toEqual(voice(800).samples);
  });

  it('does not cut at a shorter pause, and yields nothing for silence or a click', () => {
    expect(cut([voice(300), silence(400), voice(300), silence(600)])).toHaveLength(1);
    expect(cut([silence(3_000), voice(40), silence(2_000)])).toEqual([]);
  });

  it('cuts what is too long without losing a sample', () => {
    const utterances = cut([voice(2_500)], { maxMs: 1_000 });
    expect(utterances.map(({ durationMs }) => durationMs)).toEqual([1_000, 1_000, 500]);
    expect(PcmData.concat(utterances).samples).toEqual(voice(2_500).samples);
  });

  it('hears a voice over a noisy room, and not the room', () => {
    expect(cut([room(5_000)])).toEqual([]);
    const [utterance] = cut([room(3_000), voice(1_000), room(1_000)]);
    expect(utterance?.durationMs).toBeCloseTo(1_800, -2);
  });

  it('lets turn events decide, and keeps what came just before', () => {
    const cutter = new UtteranceCutter(MONO_16K, { ...defaultSegmentation, by: 'turns' });
    expect(cutter.push(voice(1_000))).toEqual([]);
    cutter.turnStarted();
    cutter.push(silence(500));
    expect(cutter.turnEnded()?.durationMs).toBe(360 + 500);
    expect(cutter.turnEnded()).toBeUndefined();
    expect(cutter.flush()).toBeUndefined();
  });

  it('does not care how the audio is cut up', () => {
    const audio = PcmData.concat([silence(400), voice(500), silence(700), voice(300)]);
    const whole = cut([audio]).map(({ samples }) => samples);
    assert(
      property(array(integer({ min: 1, max: 5_000 }), { minLength: 1 }), (sizes) => {
        const parts: PcmData[] = [];
        for (let from = 0, index = 0; from < audio.frames; index += 1) {
          const size = sizes[index % sizes.length] ?? 1;
          const samples = audio.samples.slice(from, from + size);
          parts.push(new PcmData({ samples, sampleRate: 16_000 }));
          from += size;
        }
        expect(cut(parts).map(({ samples }) => samples)).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });
});
