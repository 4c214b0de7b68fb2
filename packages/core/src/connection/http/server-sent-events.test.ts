import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestHttpServer } from '../../../test/test-http-server.ts';
import { systemClock } from '../../clock.ts';
import { createProviderFetch, readServerSentEvents, type ServerSentEvent } from './index.ts';
import { ServerSentEventParser } from './server-sent-event-parser.ts';

const tooLarge = (): Error => new Error('too large');

function parse(
  text: string,
  cuts: readonly number[] = [],
  maxEventBytes = 1_000,
): ServerSentEvent[] {
  const bytes = Buffer.from(text);
  const parser = new ServerSentEventParser({ maxEventBytes, tooLarge });
  const ends = cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b);
  const events: ServerSentEvent[] = [];
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    events.push(...parser.push(bytes.subarray(start, end)));
    start = end;
  }
  const last = parser.finish();
  return last ? [...events, last] : events;
}

const data = (text: string): ServerSentEvent[] => parse(text);

describe('ServerSentEventParser', () => {
  it.each([
    ['two events', 'data: a\n\ndata: b\n\n', ['a', 'b']],
    ['lines of one event', 'data: YHOO\ndata: +2\ndata: 10\n\n', ['YHOO\n+2\n10']],
    ['CRLF', 'data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n', ['a\nb', 'c']],
    ['CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['all of them', 'data: a\r\n\ndata: b\n\r\ndata: c\r\r\n', ['a', 'b', 'c']],
    ['comments', ': ping\n\n:\n:data: x\ndata: a\n\n', ['a']],
    ['one space only', 'data:a\n\ndata:  b\n\ndata:\tc\n\n', ['a', ' b', '\tc']],
    ['empty data', 'data\n\ndata\ndata\n\ndata: \n\n', ['', '\n', '']],
    ['a byte order mark', '\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n', ['a']],
    ['fields that are none', 'retry: 10\nfoo: bar\nDATA: x\n data: y\ndata: a\n\n', ['a']],
    ['no end marker', 'data: a\n\ndata: [DONE]', ['a', '[DONE]']],
    ['half an end marker', 'data: a\n\ndata: [DONE]\n', ['a', '[DONE]']],
    ['an event without data', 'event: ping\n\ndata: a\n\n', ['a']],
    ['colons', 'data: {"a":"b:c"}\n\n', ['{"a":"b:c"}']],
    ['nothing', '', []],
  ])('reads %s', (_what, text, expected) => {
    expect(data(text).map((event) => event.data)).toEqual(expected);
  });

  it('tells the name of an event, and the last id', () => {
    expect(
      parse('event: delta\nid: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\nid: \0\ndata: d'),
    ).toEqual([
      { event: 'delta', data: 'a', id: '7' },
      { event: 'message', data: 'b', id: '7' },
      { event: 'message', data: 'c' },
      { event: 'message', data: 'd' },
    ]);
  });

  it('gives an event as soon as its blank line begins', () => {
    const parser = new ServerSentEventParser({ maxEventBytes: 100, tooLarge });
    const push = (text: string): number => [...parser.push(Buffer.from(text))].length;
    expect([push('data: a\r\n'), push('\r'), push('\n'), push('data: b\n'), push('\n')]).toEqual([
      0, 1, 0, 0, 1,
    ]);
  });

  it.each([
    ['line', `data: ${'x'.repeat(100)}`],
    ['comment', `:${'x'.repeat(100)}`],
    ['event', 'data: 0123456789\n'.repeat(8)],
  ])('ends at a %s that is too large, after what came before', (_what, text) => {
    const parser = new ServerSentEventParser({ maxEventBytes: 100, tooLarge });
    const seen: string[] = [];
    expect(() => {
      for (const event of parser.push(Buffer.from(`data: ok\n\n${text}`))) seen.push(event.data);
    }).toThrow('too large');
    expect(seen).toEqual(['ok']);
  });

  it('takes any number of events that are each within the limit', () => {
    expect(parse('data: 0123456789\n\n'.repeat(100), [], 20)).toHaveLength(100);
  });

  it('reads the same however the bytes are cut', () => {
    const piece = fc.constantFrom(
      'data',
      'event',
      'id',
      'retry',
      ':',
      ' ',
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      '\u{FEFF}',
      '\0',
      'é',
      '\u{1F5D1}',
      'x',
      'data: ',
    );
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat()), (whole, cuts) => {
        expect(parse(whole, cuts)).toEqual(parse(whole));
      }),
      { numRuns: 500 },
    );
  });

  it('reads the same byte by byte', () => {
    const text = '\u{FEFF}event: ü\r\ndata: \u{1F5D1}\r\n\r\n: é\rdata: 2\n\n';
    const each = Array.from({ length: Buffer.byteLength(text) }, (_, index) => index);
    expect(parse(text, each)).toEqual([
      { event: 'ü', data: '\u{1F5D1}' },
      { event: 'message', data: '2' },
    ]);
  });
});

describe('readServerSentEvents', () => {
  let server: TestHttpServer;
  const component = new AbortController();
  const fetch = createProviderFetch({
    provider: 'acme',
    clock: systemClock,
    signal: component.signal,
    policy: { maxMessageBytes: 1_000 },
  });

  beforeEach(async () => {
    server = new TestHttpServer();
    await server.listen();
  });

  afterEach(() => server.close());

  it('gives each event when it comes, and closes the socket when the loop is left', async () => {
    const sent = Promise.withResolvers<() => void>();
    server.answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 0\n\n');
      sent.resolve(() => void response.write('data: 1\n\ndata: 2\n\n'));
    };
    const seen: string[] = [];
    for await (const event of readServerSentEvents(await fetch(server.url))) {
      seen.push(event.data);
      if (seen.length === 1) (await sent.promise)();
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(['0', '1']);
    await server.until(() => server.connections === 0);
  });

  it('ends with the reason of an abort, and closes the socket', async () => {
    server.answer = (response) => response.writeHead(200).write('data: 0\n\n');
    const aborter = new AbortController();
    const reason = new Error('interrupted');
    const { signal } = aborter;
    const events = readServerSentEvents(await fetch(server.url), { signal });
    expect((await events.next()).value).toEqual({ event: 'message', data: '0' });
    const next = events.next();
    aborter.abort(reason);
    await expect(next).rejects.toBe(reason);
    await server.until(() => server.connections === 0);
    const late = readServerSentEvents(await fetch(server.url), { signal });
    await expect(late.next()).rejects.toBe(reason);
    await server.until(() => server.connections === 0);
  });

  it('is an error for an event that is too large, and closes the socket', async () => {
    server.answer = (response) => response.writeHead(200).write(`data: ${'x'.repeat(2_000)}`);
    await expect(readServerSentEvents(await fetch(server.url)).next()).rejects.toMatchObject({
      kind: 'protocol',
      message: `acme: GET ${server.url} was answered with an event of more than 1000 bytes`,
    });
    await server.until(() => server.connections === 0);
  });

  it('is an error when the stream is cut, after the events that came', async () => {
    server.answer = (response, _index, request) => {
      response.writeHead(200).write('data: 0\n\ndata: half', () => request.socket.destroy());
    };
    const events = readServerSentEvents(await fetch(server.url));
    expect((await events.next()).value).toEqual({ event: 'message', data: '0' });
    await expect(events.next()).rejects.toMatchObject({ kind: 'network' });
  });

  it('is an error for a web page, which a wrong address may answer with', async () => {
    server.answer = (response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).write('<!doctype');
    await expect(readServerSentEvents(await fetch(server.url)).next()).rejects.toMatchObject({
      kind: 'unsupported',
      message: `acme: GET ${server.url} was answered with a web page. Is this the address of its API?`,
    });
    await server.until(() => server.connections === 0);
  });

  it('is an error for a status that is none of success', async () => {
    server.answer = (response) => response.writeHead(401).end('{"error":"wrong key"}');
    await expect(readServerSentEvents(await fetch(server.url)).next()).rejects.toMatchObject({
      kind: 'auth',
      retryable: false,
      status: 401,
    });
  });
});
