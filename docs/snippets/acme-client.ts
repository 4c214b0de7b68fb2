/** Stands for a vendor's SDK. */
export class AcmeClient {
  readonly #init: { apiKey: string; baseUrl: string; fetch: typeof fetch; maxRetries: number };
  closed = false;

  constructor(init: { apiKey: string; baseUrl: string; fetch: typeof fetch; maxRetries: number }) {
    this.#init = init;
  }

  async transcribe(
    wav: Uint8Array<ArrayBuffer>,
    options: { signal: AbortSignal },
  ): Promise<string> {
    const { apiKey, baseUrl, fetch } = this.#init;
    const body = new FormData();
    body.set('file', new Blob([wav], { type: 'audio/wav' }), 'utterance.wav');
    const headers = { authorization: `Bearer ${apiKey}` };
    const { signal } = options;
    const response = await fetch(`${baseUrl}/transcriptions`, {
      method: 'POST',
      headers,
      body,
      signal,
    });
    const text = await response.text();
    if (!response.ok) throw new AcmeError(text.slice(0, 200), response.status);
    return textOf(text);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

export class AcmeError extends Error {
  /** Missing when the answer could not be read. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

function textOf(json: string): string {
  const { text } = Object(parse(json));
  if (typeof text === 'string') return text;
  throw new AcmeError('an answer without a text');
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
