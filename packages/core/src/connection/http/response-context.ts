import { defaultHttpPolicy, type HttpPolicy } from './http-policy.ts';
import type { HttpRequest } from './http-request.ts';

/** What a response was the answer to. */
export interface ResponseContext {
  readonly provider: string;
  readonly policy: HttpPolicy;
  readonly request: Pick<HttpRequest, 'method' | 'url'>;
}

const contexts = new WeakMap<Response, ResponseContext>();

export function rememberContext(response: Response, context: ResponseContext): void {
  contexts.set(response, context);
}

/** For a response that did not come from `providerFetch`, such as a clone: the host as the provider, and the defaults. */
export function contextOf(response: Response): ResponseContext {
  const known = contexts.get(response);
  if (known) return known;
  const provider = URL.parse(response.url)?.hostname ?? 'the provider';
  return { provider, policy: defaultHttpPolicy, request: { method: 'GET', url: response.url } };
}
