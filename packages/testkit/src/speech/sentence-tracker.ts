import type { SpeechRecording } from './recording.ts';
import type { SpokenWord } from './script.ts';

/** Times are milliseconds of received audio. */
export type RecognisedEvent =
  /** The first heard word of a sentence; its `word` event follows. */
  | { type: 'speech-started'; recording: SpeechRecording; audioStartMs: number }
  | {
      type: 'word';
      recording: SpeechRecording;
      word: SpokenWord;
      /** The words of this sentence that were heard so far, this one included. */
      textSoFar: string;
      audioStartMs: number;
      audioEndMs: number;
    }
  /** `text` has the words that were heard, from the start of the first to the end of the last. */
  | {
      type: 'sentence-ended';
      recording: SpeechRecording;
      text: string;
      audioStartMs: number;
      audioEndMs: number;
    };

/** A word that was found in the received audio. */
export interface HeardWord {
  recording: SpeechRecording;
  word: number;
  sentence: number;
  audioStartMs: number;
  audioEndMs: number;
}

/** Audio after a sentence's last word until the sentence is over. */
const PAUSE_MS = 300;
/** The same when the last word is missing, on top of the time it would have taken. */
const MISSING_WORD_MS = 1_000;

interface OpenSentence {
  recording: SpeechRecording;
  sentence: number;
  words: string[];
  lastWord: number;
  audioStartMs: number;
  audioEndMs: number;
  overAtMs: number;
}

/** Groups heard words into sentences. */
export class SentenceTracker {
  #open: OpenSentence | undefined;

  hear(heard: HeardWord): RecognisedEvent[] {
    const { recording, sentence, audioStartMs, audioEndMs } = heard;
    const word = recording.words[heard.word];
    if (word === undefined) return [];
    const events: RecognisedEvent[] = [];
    if (
      this.#open !== undefined &&
      (this.#open.recording !== recording ||
        this.#open.sentence !== sentence ||
        this.#open.lastWord >= heard.word)
    ) {
      events.push(...this.end());
    }
    if (this.#open === undefined) events.push({ type: 'speech-started', recording, audioStartMs });
    const remainingMs = (recording.sentences[sentence]?.endMs ?? word.endMs) - word.endMs;
    const open: OpenSentence = {
      recording,
      sentence,
      words: [...(this.#open?.words ?? []), word.text],
      lastWord: heard.word,
      audioStartMs: this.#open?.audioStartMs ?? audioStartMs,
      audioEndMs,
      overAtMs: audioEndMs + (remainingMs > 0 ? remainingMs + MISSING_WORD_MS : PAUSE_MS),
    };
    this.#open = open;
    events.push({
      type: 'word',
      recording,
      word,
      textSoFar: open.words.join(' '),
      audioStartMs,
      audioEndMs,
    });
    return events;
  }

  /** Ends the open sentence if it is over once `receivedMs` of audio have come in. */
  advance(receivedMs: number): RecognisedEvent[] {
    return this.#open !== undefined && receivedMs >= this.#open.overAtMs ? this.end() : [];
  }

  /** Ends the open sentence, if there is one. */
  end(): RecognisedEvent[] {
    const open = this.#open;
    if (open === undefined) return [];
    this.#open = undefined;
    const { recording, words, audioStartMs, audioEndMs } = open;
    return [{ type: 'sentence-ended', recording, text: words.join(' '), audioStartMs, audioEndMs }];
  }
}
