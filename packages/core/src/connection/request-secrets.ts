import { rememberSecret } from '../errors/redact.ts';

const secret = /auth|key|token|secret|password|signature|cookie/i;
/** Named like a secret, and none: it is made anew for each request, and would push out the real ones. */
const noSecret = /^idempotency-key$/i;

/** Whether a header or query parameter of this name authenticates. */
export function isSecretName(name: string): boolean {
  return secret.test(name) && !noSecret.test(name);
}

/** What authenticates must not appear in an error, wherever the provider or the network repeats it. */
export function rememberRequestSecrets(
  url: string | URL,
  headers: Iterable<readonly [name: string, value: string]>,
): void {
  for (const [name, value] of headers) {
    if (isSecretName(name)) rememberSecret(value.replace(/^(bearer|token|basic|key)\s+/i, ''));
  }
  const parsed = URL.parse(String(url));
  if (!parsed) return;
  for (const [name, value] of parsed.searchParams) if (isSecretName(name)) rememberSecret(value);
  if (parsed.password) rememberSecret(decodeURIComponent(parsed.password));
}
