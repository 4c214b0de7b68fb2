/** The words of a `check` as they may be shown: without what only an address or a flag for a key should never have. */
export function presentable(words: readonly string[]): readonly string[] {
  if (!words.includes('check')) return words;
  return words
    .filter((_, index) => words[index - 1] !== '--api-key')
    .map((word) =>
      word
        .replace(/^(--api-key)=.*$/s, '$1')
        .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1')
        .replace(/^([a-z][a-z0-9+.-]*:\/\/[^?#]*)[?#].*$/is, '$1'),
    );
}
