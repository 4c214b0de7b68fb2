const MASK = '[redacted]';
const MIN_LENGTH = 6;
const MAX_SECRETS = 1000;

const secrets = new Set<string>();

/**
 * Makes `redact` mask this value from now on. Values under 6 characters are not masked: they would
 * blot out ordinary words. The 1,000 most recent secrets are remembered.
 */
export function rememberSecret(value: string): void {
  if (value.length < MIN_LENGTH) return;
  secrets.delete(value);
  secrets.add(value);
  if (secrets.size > MAX_SECRETS)
    for (const oldest of [...secrets].slice(0, 1)) secrets.delete(oldest);
}

/** Replaces every remembered secret in the text, also where it is percent-encoded. */
export function redact(text: string): string {
  let clean = text;
  for (const secret of secrets) {
    clean = clean.replaceAll(secret, MASK);
    const encoded = encodeURIComponent(secret);
    if (encoded !== secret) clean = clean.replaceAll(encoded, MASK);
  }
  return clean;
}

/** The same error if it carries no secret, else a stand-in with the secret masked. */
export function redactCause(cause: unknown): unknown {
  if (cause === undefined) return undefined;
  if (!(cause instanceof Error)) return typeof cause === 'string' ? redact(cause) : cause;
  const written = `${cause.message}\n${cause.stack ?? ''}`;
  const nested = redactCause(cause.cause);
  if (redact(written) === written && nested === cause.cause) return cause;
  const standIn = new Error(redact(cause.message), nested === undefined ? {} : { cause: nested });
  standIn.name = cause.name;
  if (cause.stack !== undefined) standIn.stack = redact(cause.stack);
  return standIn;
}
