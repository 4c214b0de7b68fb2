import type { ProviderErrorKind } from '../errors/provider-error.ts';

/** What an HTTP status of 400 or more says about the request, in the vocabulary of `ProviderError`. */
export function kindOfStatus(status: number): ProviderErrorKind {
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate-limit';
  if (status === 408) return 'timeout';
  return status >= 400 && status < 500 ? 'unsupported' : 'network';
}

/**
 * How long the provider asks us to wait, in milliseconds: seconds or a date, as RFC 9110 section 10.2.3 has it.
 *
 * A date is measured from the answer's own `Date`, so that a wrong clock on either side does no harm.
 */
export function parseRetryAfter(
  value: string | null | undefined,
  answeredAt?: string | null,
): number | undefined {
  if (value === null || value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const answered = Date.parse(answeredAt ?? '');
  const ms = Date.parse(text) - (Number.isFinite(answered) ? answered : Date.now());
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
