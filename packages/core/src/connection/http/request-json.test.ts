import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TestHttpServer } from '../../../test/test-http-server.ts';
import { systemClock } from '../../clock.ts';
import {
  assertOk,
  createProviderFetch,
  readBytes,
  readJson,
  requestJson,
  sendJson,
} from './index.ts';

const Answer = z.object({
  text: z.string(),
  words: z.array(z.object({ end: z.number() })).nullish(),
});

let server: TestHttpServer;
const component = new AbortController();
const fetch = createProviderFetch({
  provider: 'acme',
  clock: systemClock,
  signal: component.signal,
  policy: { maxMessageBytes: 1_000, maxRetries: 0 },
});

beforeEach(async () => {
  server = new TestHttpServer();
  await server.listen();
});

afterEach(() => server.close());

describe('requestJson', () => {
  it('sends JSON and reads what the plugin needs of the answer', async () => {
    server.answer = (response) => response.end('{"text":"hello","more":[1]}');
    const request = { url: server.url, body: { model: 'general' }, headers: { 'x-test': 'yes' } };
    expect(await requestJson(fetch, { ...request, schema: Answer })).toEqual({ text: 'hello' });
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        body: '{"model":"general"}',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'x-test': 'yes',
        },
      },
    ]);
  });

  it('gets what needs no body', async () => {
    server.answer = (response) => response.end('{"text":"hello"}');
    await requestJson(fetch, { url: new URL(server.url), schema: Answer });
    expect(server.requests).toMatchObject([{ method: 'GET', body: '' }]);
  });

  it.each([
    ['what is not JSON', '<html>busy</html>', 'what is not JSON: "<html>busy</html>"'],
    ['nothing', '', 'what is not JSON: ""'],
    [
      'JSON that does not fit',
      '{"text":"hello","words":[{"end":"soon"}]}',
      'words.0.end: Invalid input: expected number, received string in "{\\"text\\"',
    ],
    ['too much', JSON.stringify({ text: 'x'.repeat(1_000) }), 'more than 1000 bytes of JSON'],
  ])('is a protocol error for %s', async (_what, body, message) => {
    server.answer = (response) => response.end(body);
    const asked = requestJson(fetch, { url: `${server.url}/v1?q=1`, schema: Answer });
    await expect(asked).rejects.toMatchObject({
      kind: 'protocol',
      message: expect.stringContaining(`acme: GET ${server.url}/v1 was answered with `),
    });
    await expect(asked).rejects.toThrow(message);
  });

  it('is aborted with its signal', async () => {
    const aborter = new AbortController();
    const reason = new Error('interrupted');
    server.answer = (response) => {
      response.writeHead(200).write('{"text"', () => aborter.abort(reason));
    };
    const { signal } = aborter;
    await expect(requestJson(fetch, { url: server.url, schema: Answer, signal })).rejects.toBe(
      reason,
    );
    await server.until(() => server.connections === 0);
  });
});

describe('assertOk', () => {
  it.each([
    [400, 'unsupported', false],
    [401, 'auth', false],
    [403, 'auth', false],
    [404, 'unsupported', false],
    [408, 'timeout', true],
    [429, 'rate-limit', true],
    [500, 'network', true],
    [529, 'network', true],
  ])('makes of %i an error of kind %s, retryable: %s', async (status, kind, retryable) => {
    server.answer = (response) =>
      response.writeHead(status, { 'retry-after': '7' }).end('{"error":"what is wrong"}');
    await expect(sendJson(fetch, { url: server.url, body: {} })).rejects.toMatchObject({
      provider: 'acme',
      kind,
      retryable,
      status,
      retryAfterMs: 7_000,
      message: expect.stringContaining('what is wrong'),
    });
  });

  it('shows little of a long explanation, and none of the key', async () => {
    const key = 'k'.repeat(40);
    server.answer = (response) =>
      response.writeHead(400).end(`${'x'.repeat(280)} ${key} ${'x'.repeat(100_000)}`);
    const headers = { 'api-key': key };
    const error = await sendJson(fetch, { url: server.url, headers }).catch(String);
    expect(error).not.toContain('kkkk');
    expect(inspect(error).length).toBeLessThan(500);
    await server.until(() => server.connections === 0);
  });

  it('still tells the status when the explanation is cut off', async () => {
    server.answer = (response, _index, request) => {
      response.writeHead(401, { 'content-length': 100 });
      response.write('wrong k', () => request.socket.destroy());
    };
    await expect(fetch(server.url).then(assertOk)).rejects.toMatchObject({ status: 401 });
  });

  it('is the response itself when all is well', async () => {
    const response = await fetch(server.url);
    expect(await assertOk(response)).toBe(response);
  });

  it('names the host for a response of another fetch', async () => {
    server.answer = (response) => response.writeHead(404).end();
    await expect(readJson(await globalThis.fetch(server.url), Answer)).rejects.toMatchObject({
      provider: '127.0.0.1',
      kind: 'unsupported',
    });
  });
});

describe('readBytes', () => {
  it('gives the body as it comes, and closes the socket when the loop is left', async () => {
    server.answer = (response) => response.writeHead(200).write('one');
    for await (const chunk of readBytes(await fetch(server.url))) {
      expect(Buffer.from(chunk).toString()).toBe('one');
      break;
    }
    await server.until(() => server.connections === 0);
  });

  it('is over when there is no body', async () => {
    server.answer = (response) => response.writeHead(204).end();
    expect(await Array.fromAsync(readBytes(await fetch(server.url)))).toEqual([]);
  });
});
