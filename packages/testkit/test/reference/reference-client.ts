import { z } from 'zod';

const Answer = z.object({ text: z.string() });

/** Stands for the client of a vendor, which has to be closed. */
export class ReferenceClient {
  readonly #init: { apiKey: string; baseUrl: string; fetch: typeof fetch };
  #closed = false;

  constructor(init: { apiKey: string; baseUrl: string; fetch: typeof fetch }) {
    this.#init = init;
  }

  async transcribe(
    wav: Uint8Array<ArrayBuffer>,
    { signal }: { signal: AbortSignal },
  ): Promise<string> {
    if (this.#closed) throw new Error('the client is closed');
    const { apiKey, baseUrl, fetch } = this.#init;
    const body = new FormData();
    body.set('file', new Blob([wav], { type: 'audio/wav' }), 'utterance.wav');
    const headers = { authorization: `Bearer ${apiKey}` };
    const url = `${baseUrl}/transcriptions`;
    const response = await fetch(url, { method: 'POST', headers, body, signal });
    const text = await response.text();
    if (!response.ok) throw new ReferenceClientError(text.slice(0, 200), response.status);
    return readAnswer(text);
  }

  close(): void {
    this.#closed = true;
  }
}

export class ReferenceClientError extends Error {
  /** Missing when the answer could not be read. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

function readAnswer(text: string): string {
  try {
    return Answer.parse(JSON.parse(text)).text;
  } catch {
    throw new ReferenceClientError('the answer is not the one that was expected');
  }
}
