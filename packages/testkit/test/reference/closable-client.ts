import { sendJson, type Fetch } from '@vision-agents/core';

/** Stands for the client of a vendor, which has to be closed and then answers no more. */
export class ClosableClient {
  readonly #init: { apiKey: string; baseUrl: string; fetch: Fetch };
  #closed = false;

  constructor(init: { apiKey: string; baseUrl: string; fetch: Fetch }) {
    this.#init = init;
  }

  async post(path: string, body: object, { signal }: { signal: AbortSignal }): Promise<Response> {
    if (this.#closed) throw new Error('the client is closed');
    const { apiKey, baseUrl, fetch } = this.#init;
    const headers = { authorization: `Bearer ${apiKey}` };
    return sendJson(fetch, { url: `${baseUrl}${path}`, headers, body, signal });
  }

  close(): void {
    this.#closed = true;
  }
}

/** Which clients a plugin closes: rightly its own, or wrongly any, or none. */
export type Closes = 'own' | 'any' | 'none';
