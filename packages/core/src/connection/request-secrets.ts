import { rememberSecret } from '../errors/redact.ts';
import { isSecretName } from '../errors/secret-name.ts';

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
