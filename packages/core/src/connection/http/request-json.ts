import type { StandardSchemaV1 } from '@standard-schema/spec';
import { assertOk } from './assert-ok.ts';
import type { Fetch } from './http-request.ts';
import { readJson } from './read-json.ts';

export interface JsonRequest {
  url: string | URL;
  /** POST when there is a body, else GET. */
  method?: string | undefined;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Readonly<Record<string, string>> | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Sends JSON and gives the answer as it begins: to be read with `readServerSentEvents`, `readBytes` or `readJson`.
 *
 * @throws ProviderError as `fetch` does, and for a status that is not 2xx
 */
export async function sendJson(fetch: Fetch, request: JsonRequest): Promise<Response> {
  const { url, body, signal, method = body === undefined ? 'GET' : 'POST' } = request;
  const headers = new Headers(request.headers);
  if (body !== undefined && !headers.has('content-type'))
    headers.set('content-type', 'application/json');
  const init = {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  };
  return assertOk(await fetch(url, init));
}

/**
 * Sends JSON and reads a JSON answer: `const { id } = await requestJson(this.fetch, { url, headers, body, schema })`.
 *
 * @throws ProviderError as `sendJson` and `readJson` do
 */
export async function requestJson<Output>(
  fetch: Fetch,
  request: JsonRequest & { schema: StandardSchemaV1<unknown, Output> },
): Promise<Output> {
  const { schema, ...rest } = request;
  const headers = { accept: 'application/json', ...rest.headers };
  return readJson(await sendJson(fetch, { ...rest, headers }), schema);
}
