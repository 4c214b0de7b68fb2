import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TestHttpServer } from '../../../test/test-http-server.ts';
import { systemClock } from '../../clock.ts';
import { createProviderFetch, readJsonEvents, readJsonLines } from './index.ts';

const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('word'), text: z.string() }),
  z.object({ type: z.literal('end') }),
]);

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('a streamed answer', () => {
  const server = new TestHttpServer();
  const close = new AbortController();
  const fetch = createProviderFetch({
    provider: 'acme',
    clock: systemClock,
    signal: close.signal,
    policy: { maxMessageBytes: 200 },
  });

  beforeEach(() => server.listen());
  afterEach(() => server.close());

  /** Answers with these bytes, a few at a time. */
  async function answer(text: string): Promise<Response> {
    server.answer = async (response) => {
      for (let start = 0; start < Buffer.byteLength(text); start += 7) {
        response.write(Buffer.from(text).subarray(start, start + 7));
        await new Promise(setImmediate);
      }
      response.end();
    };
    return fetch(server.url);
  }

  it('of events gives their messages, until the provider says that it is done', async () => {
    const text =
      'data: {"type":"word","text":"今日"}\n\ndata: {"type":"new"}\n\ndata: {"type":"end"}\n\ndata: [DONE]\n\ndata: x\n\n';
    expect(await collect(readJsonEvents(await answer(text), Message, { end: '[DONE]' }))).toEqual([
      { type: 'word', text: '今日' },
      { type: 'end' },
    ]);
  });

  it('of lines gives their messages, also the last one without a line end', async () => {
    const text = '{"type":"word","text":"今日"}\r\n\n{"type":"new"}\n{"type":"end"}';
    expect(await collect(readJsonLines(await answer(text), Message))).toEqual([
      { type: 'word', text: '今日' },
      { type: 'end' },
    ]);
  });

  it.each([
    ['what is no JSON', 'nonsense', /not JSON: "nonsense"/],
    ['what does not fit', '{"type":"word"}', /text: /],
    ['what is too large', `{"type":"word","text":"${'a'.repeat(300)}"}`, /more than 200 bytes/],
  ])('fails for %s', async (_what, text, message) => {
    const expected = { kind: 'protocol', message: expect.stringMatching(message) };
    await expect(collect(readJsonLines(await answer(`${text}\n`), Message))).rejects.toMatchObject(
      expected,
    );
    const events = await answer(`data: ${text}\n\n`);
    await expect(collect(readJsonEvents(events, Message))).rejects.toMatchObject(expected);
  });
});
