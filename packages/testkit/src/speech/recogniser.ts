import type { AudioFormat, PcmData } from '@vision-agents/core/audio';
import { AnalysisSignal } from './analysis-signal.ts';
import { correlation } from './correlation.ts';
import { recordings as allRecordings } from './recording.ts';
import type { SpeechRecording } from './recording.ts';
import { SentenceTracker } from './sentence-tracker.ts';
import type { RecognisedEvent } from './sentence-tracker.ts';
import { wordReferences } from './word-reference.ts';
import type { Glance, WordReference } from './word-reference.ts';

/**
 * A word is accepted if it and its window correlate at least so well. Measured on the recordings: at least 0.95 at the
 * right place through any resampler, at most 0.68 at any place 40 ms or more away from it. One or two periods of the
 * voice away it may be 0.97, but is always less than at the right place. Half an hour of other sentences by the same
 * voices stays below the threshold, though some came to 0.85.
 */
const THRESHOLD = 0.87;
/** A glance at a few samples dismisses the place below this one. */
const GLANCE_THRESHOLD = 0.5;

/** A place is taken when no better one came for longer than a period of the lowest voice, or when silence followed. */
const SETTLE_MS = 12;
const SETTLE_SILENCE_MS = 100;
/** The right place of a word may lie this far from where its window fits best. */
const SLACK_SAMPLES = 2;
/** Two words don't start closer to each other than this, nor than half of the first one. */
const SHORTEST_WORD_MS = 30;
const HISTORY_MS = 3_000;
/** Power below which nothing is compared, about -70 dBFS. */
const AUDIBLE_POWER = 1e-7;

/** A place where a window fits. */
interface Candidate {
  end: number;
  score: number;
}

/**
 * Recognises the words of recordings by their sound, and nothing else: a word comes out only when its recording's own
 * audio came in, at its own rate. Level, resampling, chunk sizes and silence between chunks don't matter; lost audio
 * loses its own words.
 */
export class HonestRecogniser {
  readonly #format: AudioFormat;
  readonly #references: readonly WordReference[];
  readonly #signal: AnalysisSignal;
  readonly #sentences = new SentenceTracker();
  /** Where a window fits best so far, by reference, until it has settled. */
  readonly #candidates = new Map<WordReference, Candidate>();
  readonly #settle: number;
  readonly #shortestWord: number;
  /** Windows that end before this sample were compared. */
  #compared = 0;
  /** Where the next word may start: not at the last one's end, since that may be lost. */
  #nextWord = 0;

  /** @throws RangeError unless the format is mono at 8 to 48 kHz */
  constructor(options: {
    format: AudioFormat;
    recordings?: readonly SpeechRecording[] | undefined;
  }) {
    const { format, recordings = Object.values(allRecordings) } = options;
    if (format.channels !== 1) throw new RangeError(`channels must be 1, got ${format.channels}`);
    if (
      !Number.isInteger(format.sampleRate) ||
      format.sampleRate < 8_000 ||
      format.sampleRate > 48_000
    ) {
      throw new RangeError(
        `sampleRate must be an integer from 8000 to 48000, got ${format.sampleRate}`,
      );
    }
    this.#format = format;
    this.#references = recordings.flatMap((recording) => wordReferences(recording));
    this.#signal = new AnalysisSignal({ sampleRate: format.sampleRate, historyMs: HISTORY_MS });
    this.#settle = this.#signal.samplesIn(SETTLE_MS);
    this.#shortestWord = this.#signal.samplesIn(SHORTEST_WORD_MS);
  }

  /**
   * What the audio received so far tells that it did not tell before.
   *
   * @throws TypeError when the audio is not of the declared format
   */
  push(pcm: PcmData): RecognisedEvent[] {
    const { sampleRate, channels, format } = this.#format;
    if (pcm.sampleRate !== sampleRate || pcm.channels !== channels || pcm.format !== format) {
      throw new TypeError(
        `expected ${format} at ${sampleRate} Hz with ${channels} channel, got ${pcm.format} at ${pcm.sampleRate} Hz with ${pcm.channels}`,
      );
    }
    const signal = this.#signal;
    signal.push(pcm);
    const events: RecognisedEvent[] = [];
    for (; this.#compared + SLACK_SAMPLES < signal.end; this.#compared += 1) {
      if (this.#candidates.size > 0)
        events.push(...this.#takeSettled(signal.timeOf(this.#compared)));
      this.#compare(this.#compared + 1);
    }
    return [
      ...events,
      ...this.#takeSettled(signal.receivedMs),
      ...this.#sentences.advance(signal.receivedMs),
    ];
  }

  /** Ends the open sentence, as a provider does when it is told that no more audio comes. */
  flush(): RecognisedEvent[] {
    return [...this.#take([...this.#candidates]), ...this.#sentences.end()];
  }

  /** Looks for each word's window at the one place where it ends at `end`. */
  #compare(end: number): void {
    const signal = this.#signal;
    const { samples, index } = signal.view(end);
    for (const reference of this.#references) {
      const length = reference.windowEnd - reference.windowStart;
      const signalStart = end - length;
      const wordStart = signalStart + reference.start - reference.windowStart;
      if (signalStart < signal.start || wordStart < this.#nextWord) continue;
      if (signal.energy(signalStart, end) < AUDIBLE_POWER * length) continue;
      if (!reference.glance.every((glance) => isLike(glance, samples, index - length))) continue;
      const score = correlation({
        reference: reference.sound,
        referenceStart: reference.windowStart,
        signal,
        signalStart,
        length,
      });
      const best = this.#candidates.get(reference)?.score ?? 0;
      if (score >= THRESHOLD && score > best) this.#candidates.set(reference, { end, score });
    }
  }

  #takeSettled(nowMs: number): RecognisedEvent[] {
    const settled = [...this.#candidates].filter(
      ([, { end }]) =>
        this.#compared - end >= this.#settle ||
        nowMs - this.#signal.timeOf(end - 1) >= SETTLE_SILENCE_MS,
    );
    return this.#take(settled);
  }

  #take(candidates: readonly (readonly [WordReference, Candidate])[]): RecognisedEvent[] {
    return candidates.flatMap(([reference, { end }]) => {
      this.#candidates.delete(reference);
      return this.#hear(reference, end - reference.windowEnd);
    });
  }

  /**
   * Hears the words of a sentence up to the end of a window that was found, if the recording lies `shift` samples later
   * in the received audio than in its reference. A word before it may have been too short to be found by itself.
   */
  #hear(found: WordReference, shift: number): RecognisedEvent[] {
    const signal = this.#signal;
    const events = this.#sentences.advance(signal.timeOf(found.windowEnd + shift));
    for (const reference of wordReferences(found.recording)) {
      if (reference.sentence !== found.sentence || reference.end > found.windowEnd) continue;
      const from = reference.start + shift;
      if (from - SLACK_SAMPLES < signal.start || from < this.#nextWord) continue;
      if (!this.#isThere(reference, from)) continue;
      this.#nextWord = from + Math.max(this.#shortestWord, (reference.end - reference.start) / 2);
      events.push(
        ...this.#sentences.hear({
          recording: reference.recording,
          word: reference.word,
          sentence: reference.sentence,
          audioStartMs: signal.timeOf(from),
          audioEndMs: signal.timeOf(reference.end + shift - 1),
        }),
      );
    }
    return events;
  }

  /** The word alone, without the sound around it. */
  #isThere(reference: WordReference, from: number): boolean {
    const length = reference.end - reference.start;
    for (let slack = -SLACK_SAMPLES; slack <= SLACK_SAMPLES; slack += 1) {
      const score = correlation({
        reference: reference.sound,
        referenceStart: reference.start,
        signal: this.#signal,
        signalStart: from + slack,
        length,
      });
      if (score >= THRESHOLD) return true;
    }
    return false;
  }
}

function isLike(glance: Glance, samples: Float32Array, start: number): boolean {
  const { offsets, samples: expected } = glance;
  let sum = 0;
  let energy = 0;
  for (let i = 0; i < offsets.length; i += 1) {
    const sample = samples[start + (offsets[i] ?? 0)] ?? 0;
    sum += sample * (expected[i] ?? 0);
    energy += sample * sample;
  }
  return sum > 0 && sum * sum >= GLANCE_THRESHOLD * GLANCE_THRESHOLD * glance.energy * energy;
}
