import { relative, sep } from 'node:path';

/** A command line that can be pasted into a POSIX shell; words that need it are quoted. */
export function commandLine(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/** This program with these words, to paste. */
export function ownCommand(words: readonly string[]): string {
  const short = words.map((word) => (word === '--dry-run=summary' ? '--dry-run' : word));
  return commandLine(['npx', 'create-vision-plugin', ...short]);
}

/** A path as it is typed in this directory. */
export function pathFrom(cwd: string, path: string): string {
  return relativePath(cwd, path) || '.';
}

/** The way from a directory to a path in it, with `/`; empty for the directory itself. */
export function relativePath(directory: string, path: string): string {
  return relative(directory, path).split(sep).join('/');
}

function quote(word: string): string {
  return /^[\w@%+=:,./<>-]+$/.test(word) && !/[<>]/.test(word) ? word : placeholderOrQuoted(word);
}

function placeholderOrQuoted(word: string): string {
  return /^<[a-z-]+>$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
