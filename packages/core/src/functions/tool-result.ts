import { redact } from '../errors/redact.ts';

/** What a model is given of a result, at most. */
const MAX_LENGTH = 60_000;
/** As JSON, where a character becomes at most six, it is still shorter than a result may be. */
const MAX_ERROR_LENGTH = 6_000;

/**
 * A function's result as the model is told of it: text as it is, anything else as JSON, nothing as `null`. Over 60,000
 * characters the rest is cut off.
 *
 * @throws TypeError for what is not serialisable
 */
export function resultText(value: unknown): string {
  if (typeof value === 'string') return capped(value);
  if (value === undefined) return 'null';
  if (value instanceof Error) throw value;
  const json: unknown = JSON.stringify(value);
  if (typeof json === 'string') return capped(json);
  throw new TypeError(`a ${typeof value} can't be told to a model`);
}

/** What the model is told instead of a result. */
export function errorText(message: string): string {
  return JSON.stringify({ error: message });
}

/** What went wrong, for the model, events and logs: secrets are masked, and a long story is cut. */
export function describeFailure(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return capped(redact(message), MAX_ERROR_LENGTH);
}

/** Cut between two characters, never within one. */
function capped(text: string, maxLength = MAX_LENGTH): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, maxLength - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
