/**
 * Cuts a text that is too long for one request: after a sentence where there is one, else after a word, else anywhere
 * but within a character.
 *
 * @param maxLength in UTF-16 code units
 */
export function inPieces(text: string, maxLength: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > maxLength) {
    const head = rest.slice(0, maxLength);
    const end =
      /^.*[.!?。！？…]\s+/s.exec(head) ?? /^.*\s+/s.exec(head) ?? /^.*[^\uD800-\uDBFF]/s.exec(head);
    const piece = end?.[0] ?? head;
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...pieces, rest].filter((piece) => piece.trim() !== '');
}
