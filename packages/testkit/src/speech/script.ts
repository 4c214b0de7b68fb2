/** A word or a sentence, and when in its recording it is spoken. */
export interface Spoken {
  /** As in a transcript, with its punctuation. */
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

export type SpokenWord = Spoken;
export type SpokenSentence = Spoken;

/** What is said in a recording, and when. */
export interface Script {
  readonly speaker: string;
  /** The words, joined by spaces. */
  readonly text: string;
  readonly words: readonly SpokenWord[];
  readonly sentences: readonly SpokenSentence[];
  readonly durationMs: number;
}

/** @throws TypeError when the JSON is not a script */
export function parseScript(json: string): Script {
  const data: unknown = JSON.parse(json);
  return {
    speaker: text(data, 'speaker'),
    text: text(data, 'text'),
    words: list(data, 'words').map(spoken),
    sentences: list(data, 'sentences').map(spoken),
    durationMs: number(data, 'durationMs'),
  };
}

function spoken(data: unknown): Spoken {
  return {
    text: text(data, 'text'),
    startMs: number(data, 'startMs'),
    endMs: number(data, 'endMs'),
  };
}

function text(data: unknown, key: string): string {
  const value = property(data, key);
  if (typeof value !== 'string') throw new TypeError(`script: ${key} is not a string`);
  return value;
}

function number(data: unknown, key: string): number {
  const value = property(data, key);
  if (typeof value !== 'number') throw new TypeError(`script: ${key} is not a number`);
  return value;
}

function list(data: unknown, key: string): unknown[] {
  const value = property(data, key);
  if (!Array.isArray(value)) throw new TypeError(`script: ${key} is not a list`);
  return value;
}

function property(data: unknown, key: string): unknown {
  if (typeof data !== 'object' || data === null) throw new TypeError(`script: ${key} is missing`);
  return new Map<string, unknown>(Object.entries(data)).get(key);
}
