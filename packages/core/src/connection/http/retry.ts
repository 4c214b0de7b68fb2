import type { ProviderError } from '../../errors/provider-error.ts';
import { parseRetryAfter } from '../http-status.ts';
import type { HttpPolicy } from './http-policy.ts';
import type { HttpRequest } from './http-request.ts';
import type { RequestFailure } from './network-error.ts';

/** What came of an attempt. */
export type Attempt =
  | { type: 'response'; response: Response }
  | ({ type: 'failure' } & RequestFailure);

/** Statuses that a repeated request may not meet again. */
const temporary: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * How long to wait before the request is made again, in milliseconds; undefined when it must not be.
 *
 * A request that is not idempotent is repeated only when the provider did not act on it: when it was never sent, when
 * there were too many (429), and when the provider says that it will be back (503 with `Retry-After`).
 */
export function retryDelayMs(
  attempt: Attempt,
  context: {
    request: Pick<HttpRequest, 'idempotent' | 'replayable'>;
    policy: HttpPolicy;
    /** Retries that were made. */
    retries: number;
    random: () => number;
  },
): number | undefined {
  const { request, policy, retries, random } = context;
  if (retries >= policy.maxRetries || !request.replayable) return undefined;
  const retryAfterMs = attempt.type === 'response' ? retryAfterOf(attempt.response) : undefined;
  const safe =
    attempt.type === 'response'
      ? mayRepeatAfter(attempt.response.status, request.idempotent, retryAfterMs !== undefined)
      : attempt.error.retryable &&
        (attempt.neverSent || (request.idempotent && isOfTheNetwork(attempt.error)));
  if (!safe || (retryAfterMs ?? 0) > policy.maxBackoffMs) return undefined;
  const backoffMs = random() * Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** retries);
  return Math.max(retryAfterMs ?? 0, backoffMs);
}

/** What the answer's `Retry-After` asks for, in milliseconds. */
export function retryAfterOf({ headers }: Pick<Response, 'headers'>): number | undefined {
  return parseRetryAfter(headers.get('retry-after'), headers.get('date'));
}

function mayRepeatAfter(status: number, idempotent: boolean, asked: boolean): boolean {
  if (idempotent) return temporary.has(status);
  return status === 429 || (status === 503 && asked);
}

function isOfTheNetwork({ kind }: ProviderError): boolean {
  return kind === 'network' || kind === 'timeout';
}
