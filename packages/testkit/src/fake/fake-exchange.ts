import type { ServerResponse } from 'node:http';
import type { FakeHttpRequest } from './fake-http-request.ts';
import { garbageText, type Conversation, type Refusal } from './fake-server.ts';

/** How an answer begins. */
export interface AnswerHead {
  /** HTTP status; 200 without it. */
  status?: number | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

/** A client's request and the answer to it, seen from the provider. */
export class FakeExchange implements Conversation {
  readonly request: FakeHttpRequest;
  readonly #response: ServerResponse;
  readonly #onViolation: (reason: string) => void;
  readonly #onSaid: ((text: string) => void) | undefined;
  readonly #gone = new AbortController();
  /** What is said while nothing may be. */
  readonly #held: (() => void)[] = [];
  #paused = false;

  constructor(init: {
    request: FakeHttpRequest;
    response: ServerResponse;
    onViolation: (reason: string) => void;
    /** Told of each answer as JSON, and of each event. */
    onSaid?: ((text: string) => void) | undefined;
  }) {
    this.request = init.request;
    this.#response = init.response;
    this.#onViolation = init.onViolation;
    this.#onSaid = init.onSaid;
    // A connection for each request: what is open on the server is what a client has under way.
    this.#response.shouldKeepAlive = false;
    this.#response.on('close', () => this.#gone.abort(new Error('The exchange is over')));
  }

  /** Neither answered to the end, nor given up by the client. */
  get open(): boolean {
    return !this.#response.writableFinished && !this.#response.destroyed;
  }

  /** The client left before the answer was complete. */
  get cancelled(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished;
  }

  /** Aborted when the exchange is over, by the last word or because the client left. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** A whole answer, as JSON. */
  json(value: unknown, head: AnswerHead = {}): void {
    const text = JSON.stringify(value);
    this.#onSaid?.(`HTTP ${head.status ?? 200} ${text}`);
    this.start({ ...head, headers: { 'content-type': 'application/json', ...head.headers } });
    this.end(text);
  }

  /** A whole answer without a body, that says why there is none. */
  refuse({ status, retryAfterSeconds }: Refusal): void {
    const headers =
      retryAfterSeconds === undefined ? {} : { 'retry-after': `${retryAfterSeconds}` };
    this.start({ status, headers });
    this.end();
  }

  /** Begins a streamed answer: its status and headers are sent at once. */
  start(head: AnswerHead = {}): void {
    this.#say(() => {
      this.#response.statusCode = head.status ?? 200;
      for (const [name, value] of Object.entries(head.headers ?? {}))
        this.#response.setHeader(name, value);
      this.#response.flushHeaders();
    });
  }

  /** The next part of a streamed answer. */
  write(data: string | Uint8Array): void {
    this.#say(() => this.#response.write(data));
  }

  /** The next server-sent event; text as it is, anything else as JSON. The first one begins the answer. */
  event(data: unknown, fields: { event?: string | undefined; id?: string | undefined } = {}): void {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    this.#onSaid?.(text);
    const lines = [
      ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
      ...text.split('\n').map((line) => `data: ${line}`),
    ];
    this.#say(() => {
      if (!this.#response.headersSent)
        this.#response.setHeader('content-type', 'text/event-stream');
      this.#response.write(`${lines.join('\n')}\n\n`);
    });
  }

  /** Ends the answer. */
  end(data: string | Uint8Array = ''): void {
    this.#say(() => this.#response.end(data));
  }

  /** The client broke the protocol: it is noted, and the request refused with 400. */
  violation(reason: string): void {
    this.#onViolation(reason);
    if (this.#response.headersSent) this.drop();
    else this.json({ error: reason }, { status: 400 });
  }

  /** Ends the answer with a megabyte that is no message of any protocol. */
  garbage(): void {
    this.#say(() => {
      const events = this.#response.getHeader('content-type') === 'text/event-stream';
      if (!this.#response.headersSent) this.#response.setHeader('content-type', 'application/json');
      this.#response.end(events ? `\n\ndata: ${garbageText()}\n\n` : garbageText());
    });
  }

  drop(): void {
    this.#response.destroy();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const say of this.#held.splice(0)) say();
  }

  #say(say: () => void): void {
    if (this.#paused) this.#held.push(() => this.#say(say));
    else if (!this.#response.writableEnded && !this.#response.destroyed) say();
  }
}
