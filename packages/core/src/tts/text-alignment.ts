import type { TextTiming } from './tts-audio.ts';
import type { SpokenRange, TextRange } from './tts-output.ts';

/** A word is looked for so far ahead: one that the provider rewrote (5 as "five") must not be found pages later. */
const LOOK_AHEAD = 64;

/** Finds in the text what a provider tells of it piece by piece, and what of it falls into a stretch of time. */
export class TextAlignment {
  #position = 0;
  #recent: SpokenRange[] = [];

  /** The ranges of these pieces; of those that are not in the text, none. */
  add(timings: readonly TextTiming[], options: { text: string; offsetMs: number }): SpokenRange[] {
    const { text, offsetMs } = options;
    const found: SpokenRange[] = [];
    for (const timing of timings) {
      const piece = timing.text.trim();
      if (piece === '') continue;
      const start = text.indexOf(piece, this.#position);
      if (start === -1 || start > this.#position + LOOK_AHEAD) continue;
      const end = start + piece.length;
      this.#position = end;
      const [startMs, endMs] = [timing.startMs + offsetMs, timing.endMs + offsetMs];
      found.push({ start, end, startMs, endMs });
    }
    this.#recent.push(...found);
    return found;
  }

  /** What is spoken between the two, where it is known. Each stretch begins where the last one ended. */
  rangeOf(startMs: number, endMs: number): TextRange | undefined {
    const inside = this.#recent.filter((range) => range.startMs < endMs && range.endMs > startMs);
    this.#recent = this.#recent.filter((range) => range.endMs > endMs);
    const [first] = inside;
    const last = inside.at(-1);
    return first && last && { start: first.start, end: last.end };
  }
}
