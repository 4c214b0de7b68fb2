const words = new Intl.Segmenter(undefined, { granularity: 'word' });

/**
 * What was heard of a text of which only a part was played: whole words, in proportion to the time.
 *
 * @param part from 0 to 1
 */
export function heardText(text: string, part: number): string {
  if (part >= 1) return text;
  const length = text.length * part;
  let heard = 0;
  for (const { index, segment } of words.segment(text)) {
    if (index + segment.length > length) break;
    heard = index + segment.length;
  }
  return text.slice(0, heard).trimEnd();
}
