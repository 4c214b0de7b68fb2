import { ProviderError } from '../../errors/provider-error.ts';
import { excerpt } from '../describe-issues.ts';
import { kindOfStatus } from '../http-status.ts';
import { nameOfRequest } from './http-request.ts';
import { contextOf } from './response-context.ts';
import { retryAfterOf } from './retry.ts';

/** What of the provider's explanation is read, and what of it an error shows. */
const READ_BYTES = 16 * 1024;
const SHOWN_LENGTH = 300;

/**
 * The response itself, if its status is 2xx.
 *
 * @throws ProviderError with the status, its kind (401 and 403 `auth`, 429 `rate-limit`, 408 `timeout`, other 4xx
 * `unsupported`, 5xx `network`), `retryAfterMs` and the beginning of what the provider says about it
 */
export async function assertOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  const { provider, request } = contextOf(response);
  const { status, statusText } = response;
  const said = await beginningOf(response);
  const answer = `HTTP ${status} ${statusText}`.trimEnd();
  throw new ProviderError({
    provider,
    kind: kindOfStatus(status),
    message: `${provider}: ${nameOfRequest(request)} was answered with ${answer}${said}`,
    status,
    retryAfterMs: retryAfterOf(response),
  });
}

/** An answer that can't be read to its end still has a status, which says more than how its body ended. */
async function beginningOf(response: Response): Promise<string> {
  if (!response.body || response.bodyUsed) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let bytes = 0; bytes < READ_BYTES;) {
      const { value, done } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
  } catch (error) {
    if (!ProviderError.isInstance(error)) throw error;
  }
  return text.trim() === '' ? '' : `: ${excerpt(text.trim(), SHOWN_LENGTH)}`;
}
