import { inspect } from 'node:util';

const MASK = '[redacted]';
const MIN_LENGTH = 6;
const MAX_SECRETS = 1000;
/** How deep a cause is looked into for secrets. */
const CAUSE_DEPTH = 6;

/** Each secret with the forms in which it may be written, the longest first. */
const secrets = new Map<string, readonly string[]>();

/**
 * Makes `redact` mask this value from now on. Values under 6 characters are not masked: they would
 * blot out ordinary words. The 1,000 most recent secrets are remembered.
 */
export function rememberSecret(value: string): void {
  if (value.length < MIN_LENGTH) return;
  secrets.delete(value);
  secrets.set(value, formsOf(value));
  const [oldest] = secrets.keys();
  if (secrets.size > MAX_SECRETS && oldest !== undefined) secrets.delete(oldest);
}

/** Replaces every remembered secret in the text, also where it is percent-encoded or in JSON. */
export function redact(text: string): string {
  let clean = text;
  for (const forms of secrets.values())
    for (const form of forms) clean = clean.replaceAll(form, MASK);
  return clean;
}

/** The same cause if it shows no secret, else a stand-in with the secret masked. */
export function redactCause(cause: unknown): unknown {
  if (typeof cause === 'string') return redact(cause);
  if (typeof cause !== 'object' || cause === null) return cause;
  const shown = inspect(cause, { depth: CAUSE_DEPTH });
  if (redact(shown) === shown) return cause;
  if (!(cause instanceof Error)) return redact(shown);
  const nested = redactCause(cause.cause);
  const standIn = new Error(redact(cause.message), nested === undefined ? {} : { cause: nested });
  standIn.name = cause.name;
  if (cause.stack !== undefined) standIn.stack = redact(cause.stack);
  return standIn;
}

function formsOf(secret: string): string[] {
  const forms = new Set([
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ secret }).toString().slice('secret='.length),
    JSON.stringify(secret).slice(1, -1),
  ]);
  return [...forms].toSorted((a, b) => b.length - a.length);
}
