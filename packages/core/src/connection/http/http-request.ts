/** `fetch`, as the platform and the vendors' SDKs have it. */
export type Fetch = typeof globalThis.fetch;

/** What is to be known of a request before it is made. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly signal: AbortSignal | undefined;
  /** Making it twice does no more than making it once: by its method, or because it has an `Idempotency-Key`. */
  readonly idempotent: boolean;
  /** Its body can be sent a second time. */
  readonly replayable: boolean;
}

const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

/** @throws TypeError for headers that can't be sent */
export function describeRequest(
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
): HttpRequest {
  const request = input instanceof Request ? input : undefined;
  const method = (init?.method ?? request?.method ?? 'GET').toUpperCase();
  const headers = new Headers(init?.headers ?? request?.headers);
  const body: unknown = init?.body ?? request?.body;
  return {
    method,
    url: typeof input === 'string' ? input : 'href' in input ? input.href : input.url,
    headers,
    signal: init?.signal ?? request?.signal,
    idempotent: idempotentMethods.has(method) || headers.has('idempotency-key'),
    replayable: isReplayable(body),
  };
}

/** A stream can be read only once; what is not known may be one. */
function isReplayable(body: unknown): boolean {
  return (
    body === undefined ||
    body === null ||
    typeof body === 'string' ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof Blob ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  );
}

/** The request in an error: the query is left out, it is long and may hold a key. */
export function nameOfRequest({ method, url }: Pick<HttpRequest, 'method' | 'url'>): string {
  return `${method} ${url.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//')}`;
}
