import { redact } from '@vision-agents/core';

const MAX_DISTINCT = 4;
const MAX_LENGTH = 300;

/** The same failure, whose message goes on with what was seen, a line for each. Secrets are masked. */
export function explain(failure: unknown, seen: readonly string[]): Error {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  error.message = [error.message, ...seen.map((line) => `  ${short(redact(line))}`)].join('\n');
  return error;
}

/** The last different ones, and how often each came: "a (3 times)". */
export function tally(texts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const count = (counts.get(text) ?? 0) + 1;
    counts.delete(text);
    counts.set(text, count);
  }
  return [...counts]
    .slice(-MAX_DISTINCT)
    .map(([text, count]) => (count === 1 ? text : `${text} (${count} times)`));
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
