import type { IncomingMessage } from 'node:http';
import { ProviderError } from '../errors/provider-error.ts';
import { kindOfStatus, parseRetryAfter } from './http-status.ts';

/** The code that stands for a connection which ended without a closing handshake. */
export const CUT = 1006;

/** The provider answered the upgrade with something else. */
export function upgradeError(provider: string, response: IncomingMessage): ProviderError {
  const status = response.statusCode ?? 0;
  const retryAfterMs = parseRetryAfter(response.headers['retry-after'], response.headers.date);
  const kind = kindOfStatus(status);
  return new ProviderError({
    provider,
    kind,
    message:
      `${provider} refused the connection with HTTP ${status} ${response.statusMessage ?? ''}`.trimEnd(),
    retryable: kind !== 'auth' && kind !== 'unsupported',
    status,
    retryAfterMs,
  });
}

/** The socket failed, or was sent what is no frame. */
export function socketError(provider: string, error: Error & { code?: string }): ProviderError {
  const protocol = error.code?.startsWith('WS_ERR') ?? false;
  const detail = error.message || error.code || 'unknown reason';
  return new ProviderError({
    provider,
    kind: protocol ? 'protocol' : 'network',
    message: protocol
      ? `${provider} sent a frame that can't be read: ${detail}`
      : `The connection to ${provider} failed: ${detail}`,
    cause: error,
  });
}

/** The connection ended; the error's status is the code of the close. */
export function closeError(provider: string, code: number, reason: string): ProviderError {
  const why = reason ? `: ${reason}` : '';
  return new ProviderError({
    provider,
    kind: code >= 1002 && code <= 1010 && code !== 1005 && code !== CUT ? 'protocol' : 'network',
    message: `${provider} closed the connection with code ${code}${why}`,
    status: code,
  });
}
