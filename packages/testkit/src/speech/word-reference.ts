import { AnalysisSignal } from './analysis-signal.ts';
import type { ReferenceSound } from './correlation.ts';
import type { SpeechRecording } from './recording.ts';

/** Sound that a short word is recognised by: less is not distinctive, since speech repeats itself. */
const SHORTEST_WINDOW_MS = 400;
/** The same at the start of a sentence, where it takes waiting for the sound after the word. */
const SHORTEST_START_MS = 300;
/** How many samples each glance takes. */
const GLANCES = [8, 48];

/** A few samples of a window, at offsets from its start. */
export interface Glance {
  readonly offsets: Uint16Array;
  readonly samples: Float32Array;
  readonly energy: number;
}

/** What one word of a recording sounds like. Positions are samples of `sound`. */
export interface WordReference {
  readonly recording: SpeechRecording;
  readonly sound: ReferenceSound;
  /** Indices in the recording. */
  readonly word: number;
  readonly sentence: number;
  readonly start: number;
  readonly end: number;
  /** The sound to look for: the word, and if it is short some of its sentence before it, or else after it. */
  readonly windowStart: number;
  readonly windowEnd: number;
  /** A few samples of the window, to dismiss most places at a glance, and the rest at a longer one. */
  readonly glance: readonly Glance[];
}

const known = new WeakMap<SpeechRecording, readonly WordReference[]>();

export function wordReferences(recording: SpeechRecording): readonly WordReference[] {
  const references = known.get(recording) ?? build(recording);
  known.set(recording, references);
  return references;
}

function build(recording: SpeechRecording): WordReference[] {
  const sound = { at: analyse(recording), between: analyse(recording, { between: true }) };
  const signal = sound.at;
  const shortest = signal.samplesIn(SHORTEST_WINDOW_MS);
  const shortestStart = signal.samplesIn(SHORTEST_START_MS);
  return recording.sentences.flatMap((sentence, sentenceIndex) => {
    const sentenceStart = signal.positionOf(sentence.startMs);
    const sentenceEnd = signal.positionOf(sentence.endMs);
    return [...recording.words.entries()]
      .filter(([, word]) => word.startMs >= sentence.startMs && word.endMs <= sentence.endMs)
      .map(([wordIndex, word]) => {
        const start = signal.positionOf(word.startMs);
        const end = signal.positionOf(word.endMs);
        const windowEnd = Math.min(sentenceEnd, Math.max(end, sentenceStart + shortestStart));
        const windowStart = Math.max(sentenceStart, Math.min(start, windowEnd - shortest));
        return {
          recording,
          sound,
          word: wordIndex,
          sentence: sentenceIndex,
          start,
          end,
          windowStart,
          windowEnd,
          glance: GLANCES.map((count) => glance(signal, windowStart, windowEnd, count)),
        };
      });
  });
}

function analyse(recording: SpeechRecording, options: { between?: boolean } = {}): AnalysisSignal {
  const pcm = recording.pcm(16_000);
  const signal = new AnalysisSignal({ sampleRate: pcm.sampleRate, ...options });
  signal.push(pcm);
  return signal;
}

/** Samples spread over a window at uneven distances, so that no pitch falls in step with them. */
function glance(signal: AnalysisSignal, from: number, to: number, count: number): Glance {
  const view = signal.view(from);
  const spacing = (to - from) / count;
  const offsets = Uint16Array.from({ length: count }, (_, index) =>
    Math.floor((index + ((index * 0.618) % 1)) * spacing),
  );
  const samples = Float32Array.from(offsets, (offset) => view.samples[view.index + offset] ?? 0);
  return { offsets, samples, energy: samples.reduce((sum, sample) => sum + sample * sample, 0) };
}
