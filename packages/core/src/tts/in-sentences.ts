import { systemClock, type Clock } from '../clock.ts';
import { within } from '../component/within.ts';

/** A full stop, and whatever closes a quotation after it. */
const sentenceEnd = /[.!?…。！？]["'”’»)\]]*\s*$/;
const WAIT_MS = 200;

export interface InSentencesOptions {
  /** BCP 47; how sentences end differs little between languages. */
  language?: string | undefined;
  /** So long is waited for what may still belong to a sentence that looks complete, as `3.` does before `5`. 200 ms. */
  waitMs?: number | undefined;
  clock?: Clock | undefined;
}

/**
 * A text that comes in pieces, sentence by sentence, so that a voice which takes whole texts can begin before a model
 * has said all of it. Nothing is lost: the sentences, one after the other, are the text.
 *
 * A sentence is given once the next one begins, or once nothing has followed it for a moment, as when the model has a
 * function called.
 */
export async function* inSentences(
  pieces: AsyncIterable<string>,
  options: InSentencesOptions = {},
): AsyncGenerator<string, void, undefined> {
  const { language, waitMs = WAIT_MS, clock = systemClock } = options;
  const segmenter = new Intl.Segmenter(language, { granularity: 'sentence' });
  const source = pieces[Symbol.asyncIterator]();
  let text = '';
  try {
    for (;;) {
      const next = source.next();
      const late = sentenceEnd.test(text) && (await within(clock, waitMs, next)) === 'late';
      if (late) yield text;
      if (late) text = '';
      const { value, done } = await next;
      if (done) break;
      const sentences = [...segmenter.segment(text + value)].map(({ segment }) => segment);
      text = sentences.pop() ?? '';
      yield* sentences;
    }
    if (text !== '') yield text;
  } finally {
    await source.return?.();
  }
}
