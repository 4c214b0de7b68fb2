import type { PcmData } from '@vision-agents/core/audio';
import type { SpeechRecording } from '../speech/index.ts';

/** What happens once in a turn, and how it is printed. */
const labels = {
  heard: 'heard',
  'first-text': 'text',
  answered: 'answer',
  'first-audio': 'audio',
  spoken: 'spoken',
} as const;

export type Step = keyof typeof labels;

/** Prints what happens in a turn and when, and at the end how long each step took. */
export class StepTimes {
  readonly #print: (line: string) => void;
  readonly #atMs = new Map<Step, number>();
  #startedMs = 0;
  #lastWordMs = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** From now on it counts. Of a recording of the testkit it is known when the last word ends. */
  begin(speech: SpeechRecording | PcmData): void {
    this.#startedMs = performance.now();
    const lastWord = 'sentences' in speech ? speech.sentences.at(-1) : undefined;
    this.#lastWordMs = lastWord?.endMs ?? speech.durationMs;
    this.tell('speech', `begins, ${seconds(speech.durationMs)} of it`);
  }

  tell(what: string, text: string): void {
    const at = ((performance.now() - this.#startedMs) / 1_000).toFixed(2);
    this.#print(`${at.padStart(8)} s  ${what.padEnd(8)} ${text}`);
  }

  /** What happens again counts the first time. */
  mark(step: Step, text: string): void {
    if (this.#atMs.has(step)) return;
    this.#atMs.set(step, performance.now() - this.#startedMs);
    this.tell(labels[step], text);
  }

  summarise(): void {
    const heardMs = this.#at('heard');
    const lines = [
      ['hearing', heardMs - this.#lastWordMs, 'from the last word until all of it was heard'],
      ['answering', this.#at('answered') - heardMs, 'until the answer was whole, with its calls'],
      ['speaking', this.#at('spoken') - this.#at('first-text'), 'from the first text of it on'],
      ['first text', this.#at('first-text') - heardMs, 'after the question was heard'],
      ['first audio', this.#at('first-audio') - heardMs, 'after the question was heard'],
    ] as const;
    this.#print('');
    for (const [what, ms, meaning] of lines)
      this.#print(`${what.padEnd(12)}${ms.toFixed(0).padStart(5)} ms  ${meaning}`);
  }

  #at(step: Step): number {
    return this.#atMs.get(step) ?? NaN;
  }
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
