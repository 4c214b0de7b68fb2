import { readFileSync } from 'node:fs';
import { PcmData } from '@vision-agents/core/audio';
import { parseScript } from './script.ts';
import type { Script, SpokenSentence, SpokenWord } from './script.ts';

/** A few seconds of one speaker, and what is said when. */
export interface SpeechRecording {
  readonly speaker: string;
  /** The words, joined by spaces. */
  readonly text: string;
  readonly words: readonly SpokenWord[];
  readonly sentences: readonly SpokenSentence[];
  readonly durationMs: number;
  /** The sound, mono s16; at 16 kHz unless told. */
  pcm(sampleRate?: 16_000 | 48_000): PcmData;
}

/** Two speakers, each with two sentences and a pause of 600 ms between them. The files are read at the first use. */
export const recordings: { readonly ada: SpeechRecording; readonly ben: SpeechRecording } = {
  ada: recording('ada'),
  ben: recording('ben'),
};

function recording(speaker: string): SpeechRecording {
  let script: Script | undefined;
  const read = (): Script =>
    (script ??= parseScript(readFileSync(file(`${speaker}.json`), 'utf8')));
  const sounds = new Map<number, PcmData>();
  return {
    speaker,
    get text() {
      return read().text;
    },
    get words() {
      return read().words;
    },
    get sentences() {
      return read().sentences;
    },
    get durationMs() {
      return read().durationMs;
    },
    pcm(sampleRate = 16_000) {
      const known = sounds.get(sampleRate);
      if (known) return known;
      const sound = PcmData.fromWav(readFileSync(file(`${speaker}-${sampleRate / 1000}k.wav`)));
      sounds.set(sampleRate, sound);
      return sound;
    },
  };
}

/** The folder is beside `src` and `dist`. */
function file(name: string): URL {
  return new URL(`../../recordings/${name}`, import.meta.url);
}
