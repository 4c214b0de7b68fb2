import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HurriedClock } from '../../../test/hurried-clock.ts';
import { TestHttpServer } from '../../../test/test-http-server.ts';
import type { Timer } from '../../clock.ts';
import { ProviderError } from '../../errors/index.ts';
import { createProviderFetch, type ProviderFetchInit } from './index.ts';

const CONNECT_MS = 10_000;
const IDLE_MS = 30_000;

let server: TestHttpServer;
let clock: HurriedClock;
let component: AbortController;

beforeEach(async () => {
  server = new TestHttpServer();
  await server.listen();
  clock = new HurriedClock(CONNECT_MS, IDLE_MS);
  component = new AbortController();
});

afterEach(() => server.close());

function makeFetch(init: Partial<ProviderFetchInit> = {}): ReturnType<typeof createProviderFetch> {
  const { signal } = component;
  return createProviderFetch({ provider: 'acme', clock, signal, random: () => 1, ...init });
}

/** What the promise rejects with. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it did not reject'),
    (error: unknown) => error,
  );
}

async function unusedPort(): Promise<string> {
  const gone = new TestHttpServer();
  await gone.listen();
  const { url } = gone;
  await gone.close();
  return url;
}

describe('providerFetch', () => {
  it('gives the answer as the platform does, whatever its status', async () => {
    server.answer = (response, index) =>
      response
        .writeHead(index === 0 ? 418 : 204, { 'x-test': 'tea' })
        .end(index === 0 ? 'pot' : '');
    const fetch = makeFetch();
    const response = await fetch(new URL('/brew?sugar=1', server.url), {
      method: 'POST',
      body: 'water',
      headers: { 'x-cup': 'small' },
    });
    expect(response).toMatchObject({ status: 418, ok: false, redirected: false });
    expect(response.url).toBe(`${server.url}/brew?sugar=1`);
    expect(response.headers.get('x-test')).toBe('tea');
    expect(await response.text()).toBe('pot');
    expect((await fetch(new Request(`${server.url}/request`))).body).toBeNull();
    expect(server.requests).toMatchObject([
      { method: 'POST', url: '/brew?sugar=1', body: 'water', headers: { 'x-cup': 'small' } },
      { method: 'GET', url: '/request' },
    ]);
  });

  it('leaves no timer and no listener behind', async () => {
    server.answer = (response) => response.end('done');
    const caller = new AbortController();
    const fetch = makeFetch();
    await (await fetch(server.url, { signal: caller.signal })).text();
    await (await fetch(server.url, { signal: caller.signal })).body?.cancel();
    expect(getEventListeners(component.signal, 'abort')).toEqual([]);
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('lets go of an answer that nobody reads', async () => {
    setFlagsFromString('--expose_gc');
    const collect: unknown = runInNewContext('gc');
    server.answer = (response) => response.writeHead(200).write('a beginning');
    await makeFetch()(server.url);
    while (server.connections > 0) {
      if (typeof collect === 'function') collect();
      await new Promise(setImmediate);
    }
    expect(getEventListeners(component.signal, 'abort')).toEqual([]);
  });
});

describe('faults', () => {
  it('a refused port: retried also for POST, since nothing was sent', async () => {
    const url = await unusedPort();
    const error = await failure(makeFetch()(`${url}/speak?key=k`, { method: 'POST', body: 'x' }));
    expect(ProviderError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ provider: 'acme', kind: 'network', retryable: true });
    expect(String(error)).toContain(`acme: POST ${url}/speak failed: connect ECONNREFUSED`);
    expect(clock.waits).toEqual([250, 500]);
  });

  it('no answer: a timeout, the socket closed, and no second POST', async () => {
    server.answer = () => clock.pass(CONNECT_MS);
    const error = await failure(makeFetch()(server.url, { method: 'POST', body: 'x' }));
    expect(error).toMatchObject({ kind: 'timeout', retryable: true });
    expect(String(error)).toContain('was not answered within 10000 ms');
    await server.until(() => server.connections === 0);
    expect(server.requests).toHaveLength(1);
  });

  it('no answer to a GET: asked again', async () => {
    server.answer = (response, index) =>
      index === 0 ? clock.pass(CONNECT_MS) : response.end('ok');
    expect(await (await makeFetch()(server.url)).text()).toBe('ok');
    expect(server.requests).toHaveLength(2);
  });

  it('headers, then silence: a timeout for who waits, and the socket closed', async () => {
    server.answer = (response) => response.writeHead(200).write('a beginning');
    const response = await makeFetch()(server.url);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('a beginning');
    // Nobody waits now, however long that takes.
    clock.pass(IDLE_MS);
    clock.onLimit = () => clock.pass(IDLE_MS);
    const error = reader ? await failure(reader.read()) : undefined;
    expect(error).toMatchObject({ kind: 'timeout' });
    expect(String(error)).toContain('sent nothing more for 30000 ms');
    await server.until(() => server.connections === 0);
  });

  it.each([
    ['of a length', { 'content-length': '100' }],
    ['of a length, on its last connection', { 'content-length': '100', connection: 'close' }],
    ['in chunks', {}],
    ['in chunks, on its last connection', { connection: 'close' }],
  ])('cut in the middle of a body %s: an error, never a short answer', async (_what, headers) => {
    server.answer = (response, _index, request) => {
      response.writeHead(200, headers);
      response.write('half of', () => request.socket.destroy());
    };
    const response = await makeFetch()(server.url);
    expect(await failure(response.text())).toMatchObject({
      kind: 'network',
      message: expect.stringContaining(`acme: GET ${server.url} was cut off in its answer`),
    });
  });

  it('what is no HTTP: a protocol error', async () => {
    const garbage = createServer((socket) => {
      socket.once('data', () => socket.end('\u{1F5D1}'.repeat(1_000)));
    });
    garbage.listen(0, '127.0.0.1');
    await once(garbage, 'listening');
    const address = garbage.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const error = await failure(makeFetch()(`http://127.0.0.1:${port}`));
    expect(error).toMatchObject({ kind: 'protocol' });
    expect(inspect(error)).not.toContain('\u{1F5D1}');
    garbage.close();
  });

  it('JSON over the limit: an error for whoever reads it', async () => {
    server.answer = (response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(`"${'x'.repeat(2_000)}"`);
    const response = await makeFetch({ policy: { maxMessageBytes: 1_000 } })(server.url);
    expect(await failure(response.json())).toMatchObject({
      kind: 'protocol',
      message: `acme: GET ${server.url} answered with more than 1000 bytes`,
    });
  });

  it.each([
    ['a URL that is none', 'no url?key=hidden-key-1', {}],
    ['a header that can not be sent', 'http://127.0.0.1', { 'x-api-key': 'hidden-key-2\nx' }],
    ['a scheme that is not of HTTP', 'gopher://127.0.0.1/?key=hidden-key-3', {}],
  ])('%s: says so without the key, and is not retried', async (_what, url, headers) => {
    const error = await failure(makeFetch()(url, { headers }));
    expect(error).toMatchObject({ kind: 'unsupported', retryable: false });
    expect(inspect(error)).not.toContain('hidden-key');
    expect(clock.waits).toEqual([]);
  });

  it('never shows what authenticates', async () => {
    const url = await unusedPort();
    const headers = { authorization: 'Bearer secret-one', 'xi-api-key': 'secret-two' };
    const fetch = makeFetch({
      fetch: () =>
        Promise.reject(
          new TypeError('fetch failed', {
            cause: new Error(`secret-one secret-two secret-three secret-four`),
          }),
        ),
    });
    const address = `${url.replace('//', '//user:secret-four@')}/?token=secret-three`;
    const error = await failure(fetch(address, { headers }));
    expect(error).toMatchObject({ kind: 'network' });
    expect(inspect(error, { depth: 10 })).not.toContain('secret-');
  });
});

describe('retries', () => {
  it('waits as long as Retry-After says, and sends the whole request again', async () => {
    server.answer = (response, index) =>
      index === 0
        ? response.writeHead(429, { 'retry-after': '2' }).end('too many')
        : response.end('spoken');
    const response = await makeFetch()(server.url, { method: 'POST', body: 'text' });
    expect(await response.text()).toBe('spoken');
    expect(clock.waits).toEqual([2_000]);
    expect(server.requests.map(({ body }) => body)).toEqual(['text', 'text']);
  });

  it('reads a date in Retry-After', async () => {
    server.answer = (response, index) =>
      response
        .writeHead(index === 0 ? 503 : 200, {
          date: 'Wed, 21 Oct 2015 07:28:00 GMT',
          'retry-after': 'Wed, 21 Oct 2015 07:28:03 GMT',
        })
        .end();
    expect((await makeFetch()(server.url, { method: 'POST' })).status).toBe(200);
    expect(clock.waits).toEqual([3_000]);
  });

  it('does not wait longer than the policy allows: the answer is handed on', async () => {
    server.answer = (response) => response.writeHead(429, { 'retry-after': '3600' }).end();
    expect((await makeFetch()(server.url)).status).toBe(429);
    expect(clock.waits).toEqual([]);
  });

  it('waits longer each time, at random', async () => {
    server.answer = (response) => response.writeHead(503).end();
    await makeFetch({ policy: { maxRetries: 7 } })(server.url);
    expect(clock.waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000]);
    clock.waits.length = 0;
    await makeFetch({ random: () => 0.5 })(server.url);
    expect(clock.waits).toEqual([125, 250]);
  });

  it.each([
    ['GET', {}, 503, {}, 3],
    ['GET', {}, 404, {}, 1],
    ['DELETE', {}, 500, {}, 3],
    ['POST', {}, 500, {}, 1],
    ['POST', {}, 503, {}, 1],
    ['POST', {}, 503, { 'retry-after': '1' }, 3],
    ['POST', {}, 429, {}, 3],
    ['POST', { 'idempotency-key': 'abc' }, 500, {}, 3],
  ])('%s %o answered with %i %o: %i request(s)', async (method, headers, status, answer, count) => {
    server.answer = (response) => response.writeHead(status, answer).end();
    expect((await makeFetch()(server.url, { method, headers })).status).toBe(status);
    expect(server.requests).toHaveLength(count);
  });

  it('never repeats a body that can be read only once', async () => {
    server.answer = (response) => response.writeHead(429).end();
    const body = new Blob(['once']).stream();
    const fetch = makeFetch();
    expect((await fetch(server.url, { method: 'PUT', body, duplex: 'half' })).status).toBe(429);
    const request = new Request(server.url, { method: 'PUT', body: 'once' });
    expect((await fetch(request)).status).toBe(429);
    expect(server.requests.map((received) => received.body)).toEqual(['once', 'once']);
  });
});

describe('redirects', () => {
  const headers = {
    authorization: 'Bearer secret-one',
    'x-api-key': 'secret-two',
    'x-model': 'general',
  };

  it('keep what authenticates from another host', async () => {
    const other = new TestHttpServer();
    await other.listen();
    other.answer = (response) => response.end('other');
    server.answer = (response) => response.writeHead(302, { location: `${other.url}/file` }).end();
    const response = await makeFetch()(server.url, { headers });
    expect(await response.text()).toBe('other');
    expect(response).toMatchObject({ redirected: true, url: `${other.url}/file` });
    const [received] = other.requests;
    expect(received?.headers).toMatchObject({ 'x-model': 'general' });
    expect(Object.keys(received?.headers ?? {})).not.toContain('authorization');
    expect(Object.keys(received?.headers ?? {})).not.toContain('x-api-key');
    await other.close();
  });

  it('stay themselves on the same host: method and body by status', async () => {
    server.answer = (response, index) => {
      if (index % 2 === 0) response.writeHead(index === 0 ? 307 : 303, { location: '/there' });
      response.end();
    };
    const request = { method: 'POST', body: 'text', headers };
    const fetch = makeFetch();
    await fetch(`${server.url}/a`, request);
    await fetch(`${server.url}/b`, request);
    expect(server.requests).toMatchObject([
      { method: 'POST', url: '/a', body: 'text' },
      { method: 'POST', url: '/there', body: 'text', headers },
      { method: 'POST', url: '/b', body: 'text' },
      { method: 'GET', url: '/there', body: '', headers },
    ]);
  });

  it('end: the last one is the answer', async () => {
    server.answer = (response) => response.writeHead(302, { location: '/again' }).end();
    expect((await makeFetch()(server.url)).status).toBe(302);
    expect(server.requests).toHaveLength(6);
  });

  it('are left alone when the caller wants to see them', async () => {
    server.answer = (response) => response.writeHead(302, { location: '/there' }).end();
    expect((await makeFetch()(server.url, { redirect: 'manual' })).status).toBe(302);
    expect(server.requests).toHaveLength(1);
  });
});

describe.each([
  ['the caller', (caller: AbortController) => caller],
  ['the component', () => component],
])('an abort by %s', (_who, pick) => {
  const reason = new Error('enough');
  let caller: AbortController;
  let aborter: AbortController;

  beforeEach(() => {
    caller = new AbortController();
    aborter = pick(caller);
  });

  it('before: nothing is sent', async () => {
    aborter.abort(reason);
    expect(await failure(makeFetch()(server.url, { signal: caller.signal }))).toBe(reason);
    expect(server.requests).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('while it waits for an answer: rejects with the reason, and closes the socket', async () => {
    server.answer = () => aborter.abort(reason);
    expect(await failure(makeFetch()(server.url, { signal: caller.signal }))).toBe(reason);
    await server.until(() => server.connections === 0);
    expect(server.requests).toHaveLength(1);
    expect(clock.waits).toEqual([]);
  });

  it('while it waits to try again: rejects with the reason', async () => {
    server.answer = (response) => response.writeHead(503).end();
    const setTimeout = (_callback: () => void, delayMs: number): Timer => {
      if (delayMs !== CONNECT_MS) setImmediate(() => aborter.abort(reason));
      return { cancel: () => undefined };
    };
    const fetch = makeFetch({ clock: { now: () => 0, setTimeout } });
    expect(await failure(fetch(server.url, { signal: caller.signal }))).toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  it('while it streams: the reader sees the reason, and the server the end', async () => {
    server.answer = (response) => response.writeHead(200).write('a beginning');
    const response = await makeFetch()(server.url, { signal: caller.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    const reading = reader ? failure(reader.read()) : undefined;
    aborter.abort(reason);
    expect(await reading).toBe(reason);
    await server.until(() => server.connections === 0);
  });
});

it('closes the socket when the body is let go of', async () => {
  server.answer = (response) => response.writeHead(200).write('a beginning');
  const response = await makeFetch()(server.url);
  await response.body?.cancel();
  await server.until(() => server.connections === 0);
});
