import { systemClock } from '@vision-agents/core';
import {
  createProviderFetch,
  readJson,
  readServerSentEvents,
  requestJson,
  sendJson,
} from '@vision-agents/core/connection';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FakeHttpServer, type FakeExchange, type FakeHttpRequest, type Refusal } from './index.ts';

const KEY = 'acme-test-key';
const Question = z.strictObject({ text: z.string(), stream: z.boolean().optional() });
const Answer = z.object({ text: z.string() });

/** A provider that says what it hears, whole or word by word. */
class Echo extends FakeHttpServer {
  protected override authorise({ headers, url }: FakeHttpRequest): Refusal | undefined {
    if (headers.get('authorization') !== `Bearer ${KEY}`) return { status: 401 };
    return url.pathname === '/say' || url.pathname === '/file' ? undefined : { status: 404 };
  }

  protected override async onRequest(exchange: FakeExchange): Promise<void> {
    const { request } = exchange;
    if (request.url.pathname === '/file') {
      const file = (await request.form()).get('file');
      this.note('file');
      exchange.json({ text: file instanceof Blob ? await file.text() : 'none' });
      return;
    }
    const { text, stream } = Question.parse(request.json());
    this.note('text');
    if (stream !== true) exchange.json({ text });
    else for (const word of text.split(' ')) exchange.event({ text: word }, { event: 'word' });
  }
}

const provider = new Echo();
const component = new AbortController();
const fetch = createProviderFetch({
  provider: 'echo',
  clock: systemClock,
  signal: component.signal,
  policy: { backoffMs: 1, connectTimeoutMs: 5_000 },
});
const headers = { authorization: `Bearer ${KEY}` };

const say = (body: unknown, signal?: AbortSignal): Promise<Response> =>
  sendJson(fetch, { url: `${provider.url}/say`, headers, body, signal });
const ask = (text: string): Promise<{ text: string }> =>
  requestJson(fetch, { url: `${provider.url}/say`, headers, body: { text }, schema: Answer });

beforeEach(() => provider.start());
afterEach(() => provider.stop());

describe('FakeHttpServer', () => {
  it('answers, and keeps what it was asked', async () => {
    expect(await ask('hello')).toEqual({ text: 'hello' });
    await ask('again');
    expect(provider.received).toEqual(['text']);
    expect(provider.requests).toMatchObject([{ method: 'POST' }, { method: 'POST' }]);
    expect(provider.requests[0]?.url.pathname).toBe('/say');
    expect(provider.requests[0]?.json()).toEqual({ text: 'hello' });
    await provider.changes.until('it is over', () => provider.openConnections === 0);
    provider.assertDone();
  });

  it('reads a form', async () => {
    const body = new FormData();
    body.set('file', new Blob(['spoken']), 'speech.wav');
    const response = await fetch(`${provider.url}/file`, { method: 'POST', headers, body });
    expect(await readJson(response, Answer)).toEqual({ text: 'spoken' });
  });

  it('is as strict as the provider: a wrong key, a wrong path, a body that does not fit', async () => {
    const url = `${provider.url}/say`;
    await expect(sendJson(fetch, { url, body: {} })).rejects.toMatchObject({ kind: 'auth' });
    const elsewhere = sendJson(fetch, { url: `${provider.url}/sing`, headers, body: {} });
    await expect(elsewhere).rejects.toMatchObject({ status: 404 });
    expect(provider.violations).toEqual([]);
    await expect(say({ txt: 'hello' })).rejects.toMatchObject({ status: 400 });
    expect(provider.violations).toHaveLength(1);
    expect(() => provider.assertDone()).toThrow('txt');
  });

  it('refuses, and says when to come back', async () => {
    provider.refuse(429, { retryAfterSeconds: 3_600 });
    await expect(ask('hello')).rejects.toMatchObject({
      kind: 'rate-limit',
      retryAfterMs: 3_600_000,
    });
    provider.accept();
    expect(await ask('hello')).toEqual({ text: 'hello' });
  });

  it('stalls: new requests and answers that are under way, until it accepts again', async () => {
    const events = readServerSentEvents(await say({ text: 'one', stream: true }));
    expect((await events.next()).value).toMatchObject({ event: 'word', data: '{"text":"one"}' });
    provider.stall();
    for (const exchange of provider.exchanges) exchange.event('late');
    const answer = ask('hello');
    await provider.changes.until('it is asked', () => provider.requests.length === 2);
    expect(provider.exchanges).toHaveLength(2);
    provider.accept();
    expect((await events.next()).value).toMatchObject({ data: 'late' });
    expect(await answer).toEqual({ text: 'hello' });
    await events.return();
    await provider.changes.until('the client has left', () => provider.openConnections === 0);
  });

  it('drops an answer in the middle', async () => {
    const events = readServerSentEvents(await say({ text: 'one', stream: true }));
    await events.next();
    expect(() => provider.assertDone()).toThrow('1 request(s) still open');
    provider.drop();
    await expect(events.next()).rejects.toMatchObject({ kind: 'network' });
    provider.assertDone();
  });

  it('answers with garbage: what is under way, else the next request', async () => {
    provider.garbage();
    await expect(ask('hello')).rejects.toMatchObject({ kind: 'protocol' });
    expect(await ask('hello')).toEqual({ text: 'hello' });
    const events = readServerSentEvents(await say({ text: 'one', stream: true }));
    await events.next();
    provider.garbage();
    expect((await events.next()).value).toMatchObject({ event: 'message' });
    expect((await events.next()).done).toBe(true);
  });

  it('notices a client that leaves', async () => {
    const aborter = new AbortController();
    await say({ text: 'one', stream: true }, aborter.signal);
    const [exchange] = provider.exchanges;
    aborter.abort(new Error('interrupted'));
    await provider.changes.until('the client has left', () => exchange?.cancelled);
    expect(exchange?.signal.aborted).toBe(true);
    await provider.changes.until('its socket is closed', () => provider.openConnections === 0);
    provider.assertDone();
  });

  it('begins afresh when it is started again', async () => {
    await ask('hello');
    provider.stall();
    await provider.stop();
    expect(() => provider.url).toThrow('before start()');
    await provider.start();
    expect(provider.requests).toEqual([]);
    expect(await ask('hello')).toEqual({ text: 'hello' });
  });
});
