/** A command line that can be pasted into a POSIX shell; words that need it are quoted. */
export function commandLine(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./<>-]+$/.test(word) && !/[<>]/.test(word) ? word : placeholderOrQuoted(word);
}

function placeholderOrQuoted(word: string): string {
  return /^<[a-z-]+>$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
