import { sleep, type Clock } from '../../clock.ts';
import { ProviderError } from '../../errors/provider-error.ts';
import { rememberRequestSecrets } from '../request-secrets.ts';
import { defaultHttpPolicy, type HttpPolicy } from './http-policy.ts';
import { describeRequest, nameOfRequest, type Fetch, type HttpRequest } from './http-request.ts';
import { followRedirects } from './follow-redirects.ts';
import { LinkedAbort } from './linked-abort.ts';
import { requestFailure } from './network-error.ts';
import { rememberContext } from './response-context.ts';
import { retryDelayMs, type Attempt } from './retry.ts';
import { watchBody } from './watched-body.ts';

export interface ProviderFetchInit {
  /** The provider's name, as errors show it. */
  provider: string;
  clock: Clock;
  /** What differs from the defaults. */
  policy?: Partial<HttpPolicy> | undefined;
  /** Ends every request, and every answer that is still being read. */
  signal: AbortSignal;
  /** What makes the requests; the platform's `fetch` when it is not given. */
  fetch?: Fetch | undefined;
  /** A number in [0, 1), for the jitter of the waits. */
  random?: (() => number) | undefined;
}

/**
 * A `fetch` that can be trusted with a provider, and be given to a vendor's SDK whose own retries are off.
 *
 * It waits no longer than the policy says for the headers, and for each part of the body; it repeats a request only
 * where that can't do harm, after what `Retry-After` asks for; and an abort closes the socket. As with the platform's,
 * an answer of any status is an answer.
 *
 * It rejects with the reason of the abort when it is aborted, else with a `ProviderError`: kind `timeout` or `network`,
 * `protocol` for what is no HTTP or too large, `unsupported` for a request that can't be made. So does reading the body.
 */
export function createProviderFetch(init: ProviderFetchInit): Fetch {
  const { provider, clock, signal, random = Math.random } = init;
  const policy = { ...defaultHttpPolicy, ...init.policy };
  return async (input, requestInit) => {
    const request = describe(provider, input, requestInit);
    rememberRequestSecrets(request.url, request.headers);
    for (let retries = 0; ; retries += 1) {
      const abort = new LinkedAbort(signal, request.signal);
      const attempt = await makeAttempt(input, requestInit, { ...init, policy, request, abort });
      const delayMs = retryDelayMs(attempt, { request, policy, retries, random });
      if (delayMs === undefined) {
        if (attempt.type === 'failure') throw attempt.error;
        rememberContext(attempt.response, { provider, policy, request });
        return attempt.response;
      }
      if (attempt.type === 'response') await attempt.response.body?.cancel();
      await waitToRetry(clock, delayMs, [signal, request.signal]);
    }
  };
}

function describe(
  provider: string,
  input: Parameters<Fetch>[0],
  requestInit: RequestInit | undefined,
): HttpRequest {
  try {
    return describeRequest(input, requestInit);
  } catch {
    // What was thrown repeats the header's value, which may well be the key.
    const message = `${provider}: a header of the request can't be sent: is there a line break or another special character in a key?`;
    throw new ProviderError({ provider, kind: 'unsupported', message });
  }
}

/** One request and its answer's headers. Throws only the reason of an abort. */
async function makeAttempt(
  input: Parameters<Fetch>[0],
  requestInit: RequestInit | undefined,
  context: ProviderFetchInit & { policy: HttpPolicy; request: HttpRequest; abort: LinkedAbort },
): Promise<Attempt> {
  const { provider, clock, policy, request, abort } = context;
  const name = nameOfRequest(request);
  const message = `${provider}: ${name} was not answered within ${policy.connectTimeoutMs} ms`;
  const late = new ProviderError({ provider, kind: 'timeout', message });
  const timer = clock.setTimeout(() => abort.abort(late), policy.connectTimeoutMs);
  const { fetch = globalThis.fetch } = context;
  try {
    abort.signal.throwIfAborted();
    const redirection = { ...requestInit, signal: abort.signal };
    const { response, redirected } = await followRedirects(fetch, input, redirection, request);
    return { type: 'response', response: watchBody(response, { ...context, redirected }) };
  } catch (thrown) {
    abort.release();
    if (abort.signal.aborted && abort.signal.reason !== late) throw abort.signal.reason;
    const failure = abort.signal.aborted ? late : thrown;
    return { type: 'failure', ...requestFailure(failure, { provider, request, during: 'failed' }) };
  } finally {
    timer.cancel();
  }
}

async function waitToRetry(
  clock: Clock,
  delayMs: number,
  signals: readonly (AbortSignal | undefined)[],
): Promise<void> {
  const abort = new LinkedAbort(...signals);
  try {
    await sleep(clock, delayMs, { signal: abort.signal });
  } finally {
    abort.release();
  }
}
