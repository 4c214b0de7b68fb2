import { describe, expect, it } from 'vitest';
import { recordings } from './index.ts';
import { parseScript } from './script.ts';

const RATES = [16_000, 48_000] as const;

describe.each(Object.values(recordings))('recording $speaker', (recording) => {
  it('has a text that is its words and its sentences', () => {
    expect(recording.words.map(({ text }) => text).join(' ')).toBe(recording.text);
    expect(recording.sentences.map(({ text }) => text).join(' ')).toBe(recording.text);
    expect(recording.sentences).toHaveLength(2);
    expect(new Set(recording.words.map(({ text }) => text)).size).toBe(recording.words.length);
  });

  it('has words in order, each in a sentence', () => {
    let before = 0;
    for (const word of recording.words) {
      expect(word.startMs).toBeGreaterThanOrEqual(before);
      expect(word.endMs).toBeGreaterThan(word.startMs);
      expect(
        recording.sentences.some(
          ({ startMs, endMs }) => startMs <= word.startMs && word.endMs <= endMs,
        ),
      ).toBe(true);
      before = word.endMs;
    }
    expect(recording.durationMs - before).toBeGreaterThan(500);
  });

  it.each(RATES)('is mono s16 at %i Hz', (sampleRate) => {
    const pcm = recording.pcm(sampleRate);
    expect(pcm).toMatchObject({ sampleRate, channels: 1, format: 's16' });
    expect(Math.abs(pcm.durationMs - recording.durationMs)).toBeLessThan(1);
    expect(peak(pcm.samples) / 32_768).toBeCloseTo(0.708, 2);
  });

  it.each(RATES)('is silent at %i Hz where nothing is spoken, and only there', (sampleRate) => {
    const pcm = recording.pcm(sampleRate);
    const [first, second] = recording.sentences;
    expect(first).toBeDefined();
    expect(second).toBeDefined();
    if (first === undefined || second === undefined) return;
    expect(second.startMs - first.endMs).toBeGreaterThanOrEqual(500);
    expect(peak(pcm.slice(0, first.startMs - 25).samples)).toBe(0);
    expect(peak(pcm.slice(first.endMs + 25, second.startMs - 25).samples)).toBe(0);
    expect(peak(pcm.slice(second.endMs + 25).samples)).toBe(0);
    for (const word of recording.words) {
      expect(peak(pcm.slice(word.startMs, word.endMs).samples), word.text).toBeGreaterThan(1_000);
    }
  });
});

it('speaks at 16 kHz unless told', () => {
  expect(recordings.ada.pcm()).toBe(recordings.ada.pcm(16_000));
});

it.each([
  ['[]', 'speaker is not a string'],
  ['null', 'speaker is missing'],
  ['{ "speaker": "x", "text": "Hi.", "words": {} }', 'words is not a list'],
  [
    '{ "speaker": "x", "text": "Hi.", "words": [{ "text": "Hi.", "startMs": "0" }] }',
    'startMs is not a number',
  ],
])('does not take %s for a script', (json, message) => {
  expect(() => parseScript(json)).toThrow(message);
});

function peak(samples: Int16Array | Float32Array): number {
  let highest = 0;
  for (const sample of samples) highest = Math.max(highest, Math.abs(sample));
  return highest;
}
