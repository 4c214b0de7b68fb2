import type { IncomingMessage } from 'node:http';

/** What a client asked for, with its whole body. */
export class FakeHttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;

  constructor(init: { method: string; url: URL; headers: Headers; body: Uint8Array<ArrayBuffer> }) {
    this.method = init.method;
    this.url = init.url;
    this.headers = init.headers;
    this.body = init.body;
  }

  /** Reads a request to its end; rejects when the client leaves before that. */
  static async read(request: IncomingMessage, base: string): Promise<FakeHttpRequest> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const headers = new Headers();
    for (const [name, values] of Object.entries(request.headersDistinct))
      for (const value of values ?? []) headers.append(name, value);
    return new FakeHttpRequest({
      method: request.method ?? 'GET',
      url: new URL(request.url ?? '/', base),
      headers,
      body: new Uint8Array(Buffer.concat(chunks)),
    });
  }

  get text(): string {
    return new TextDecoder().decode(this.body);
  }

  /** @throws SyntaxError when the body is not JSON */
  json(): unknown {
    return JSON.parse(this.text);
  }

  /** The parts of a multipart or URL-encoded body. Rejects with a TypeError when it is neither. */
  form(): Promise<FormData> {
    return new Response(this.body, { headers: this.headers }).formData();
  }
}
