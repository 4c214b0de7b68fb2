import { isSecretName } from '../../errors/secret-name.ts';
import type { Fetch, HttpRequest } from './http-request.ts';

const MAX_REDIRECTS = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** They describe a body that is no longer sent. */
const bodyHeaders = ['content-encoding', 'content-language', 'content-length', 'content-type'];

/**
 * Follows redirects as `fetch` does, but for one thing: not only `authorization` stays with the origin that it is for,
 * so do the headers in which providers take their keys, such as `x-api-key`.
 *
 * A redirect that can't be followed, because its body can't be sent twice or there were too many, is the answer.
 */
export async function followRedirects(
  fetch: Fetch,
  input: Parameters<Fetch>[0],
  init: RequestInit,
  request: HttpRequest,
): Promise<{ response: Response; redirected: boolean }> {
  const mode = init.redirect ?? (input instanceof Request ? input.redirect : 'follow');
  let response = await fetch(input, { ...init, redirect: mode === 'follow' ? 'manual' : mode });
  if (mode !== 'follow') return { response, redirected: false };
  let { url, method } = request;
  let body = init.body ?? null;
  const headers = new Headers(request.headers);
  for (let count = 0; count < MAX_REDIRECTS; count += 1) {
    const location = redirects.has(response.status) ? response.headers.get('location') : null;
    const target = location === null ? null : URL.parse(location, url);
    const keepsBody = response.status === 307 || response.status === 308;
    if (!target || !/^https?:$/.test(target.protocol) || (keepsBody && !request.replayable))
      return { response, redirected: count > 0 };
    if (!keepsBody && method !== 'GET' && method !== 'HEAD') {
      // 301 and 302 do this only to POST, and 303 to every method.
      if (response.status === 303 || method === 'POST') method = 'GET';
      if (method === 'GET') body = null;
      if (method === 'GET') for (const name of bodyHeaders) headers.delete(name);
    }
    if (target.origin !== new URL(url).origin) {
      const secrets = [...headers.keys()].filter(isSecretName);
      for (const name of secrets) headers.delete(name);
    }
    await response.body?.cancel();
    url = target.href;
    response = await fetch(url, { ...init, method, headers, body, redirect: 'manual' });
  }
  return { response, redirected: true };
}
