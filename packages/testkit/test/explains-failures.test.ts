import {
  MONO_8K,
  readJson,
  SegmentedSTT,
  StreamingSTT,
  type PcmData,
  type SocketSpec,
  type SpeakerStream,
  type STT,
  type Transcription,
} from '@vision-agents/core';
import { describe, it } from 'vitest';
import { z } from 'zod';
import { FakeEngineProvider, localSTTRules, runSTTRule, type STTFake } from '../src/index.ts';
import { REFERENCE_HTTP_KEY, ReferenceHttpProvider } from './reference/reference-http-provider.ts';
import { ReferenceLocalSTT } from './reference/reference-local-stt.ts';
import { REFERENCE_KEY, ReferenceProvider } from './reference/reference-provider.ts';
import { Message, ReferenceSTT } from './reference/reference-stt.ts';

type Mistake = Partial<SocketSpec<unknown>>;

/** A first draft of a plugin, with one mistake in it. */
class Draft extends StreamingSTT {
  readonly #mistake: Mistake;
  readonly #url: string;

  constructor(
    provider: ReferenceProvider,
    mistake: Mistake,
    init: { inputFormat?: STT['inputFormat'] } = {},
  ) {
    super({ provider: 'draft', ...init });
    this.#mistake = mistake;
    this.#url = provider.url;
  }

  protected override openStream(speaker: SpeakerStream): SocketSpec<unknown> {
    const spec: SocketSpec<z.output<typeof Message>> = {
      url: `${this.#url}/listen?sample_rate=16000`,
      headers: { authorization: `Bearer ${REFERENCE_KEY}` },
      messages: Message,
      ready: (message) => message.type === 'ready',
      farewell: { type: 'close' },
      onMessage: (message) => {
        if (message.type === 'final') speaker.transcript(message.text);
      },
    };
    return { ...spec, ...this.#mistake };
  }
}

/** A first draft of a plugin over HTTP, with one mistake in it. */
class HttpDraft extends SegmentedSTT {
  readonly #mistake: { url?: string; field?: string; answer?: z.ZodType<{ text: string }> };
  readonly #url: string;

  constructor(
    provider: ReferenceHttpProvider,
    mistake: { url?: string; field?: string; answer?: z.ZodType<{ text: string }> },
  ) {
    super({ provider: 'draft' });
    this.#mistake = mistake;
    this.#url = `${provider.url}/transcriptions`;
  }

  protected override async transcribe(
    utterance: PcmData,
    { signal }: { signal: AbortSignal },
  ): Promise<Transcription> {
    const {
      url = this.#url,
      field = 'file',
      answer = z.object({ text: z.string() }),
    } = this.#mistake;
    const body = new FormData();
    body.set(field, new Blob([utterance.toWav()]), 'utterance.wav');
    const headers = { authorization: `Bearer ${REFERENCE_HTTP_KEY}` };
    return readJson(await this.fetch(url, { method: 'POST', headers, body, signal }), answer);
  }
}

/** What somebody reads when the rule fails that they are most likely to see first. */
async function messageFor<Provider extends STTFake>(
  provider: Provider,
  create: (provider: Provider) => STT,
): Promise<string> {
  const rule = localSTTRules.find(({ id }) => id === 'last-words');
  if (!rule) throw new Error('the rule is gone');
  const failure: unknown = await runSTTRule(rule, { create, provider }).catch(
    (error: unknown) => error,
  );
  return failure instanceof Error ? failure.message : 'nothing failed';
}

describe.concurrent('a rule that fails says why, when the plugin', () => {
  it.for<[what: string, cause: RegExp, create: (provider: ReferenceProvider) => STT]>([
    [
      'asks for a wrong path',
      /The plugin told of an error: unsupported, connecting, attempt 1: .* HTTP 404 Not Found\n[^]*The fake refused: HTTP 404 for \/listne$/m,
      (provider) => new Draft(provider, { url: `${provider.url}/listne` }),
    ],
    [
      'has a wrong key',
      /The plugin told of an error: auth, .*HTTP 401[^]*The fake refused: HTTP 401 for \/listen\?sample_rate=16000$/m,
      ({ url }) => new ReferenceSTT({ baseUrl: url, apiKey: 'not-the-reference-key' }),
    ],
    [
      'expects another shape of a message',
      /protocol, reading a message: draft sent a message that can't be read: .*text: .* expected number, received string in .*partial/,
      (provider) =>
        new Draft(provider, {
          messages: z.discriminatedUnion('type', [
            z.object({ type: z.literal('ready') }),
            z.object({ type: z.literal('partial'), text: z.number() }),
            z.object({ type: z.literal('final'), text: z.number() }),
          ]),
        }),
    ],
    [
      'does not know a type of message',
      /ignored \d+ message\(s\)[^]*The fake said last: .*"type":"final"/,
      (provider) =>
        new Draft(provider, { messages: z.object({ type: z.enum(['ready', 'result']) }) }),
    ],
    [
      'waits for another message to be accepted',
      /nothing that the fake said was ready to it[^]*The fake said last: \{"type":"ready"\}$/m,
      (provider) => new Draft(provider, { ready: () => false }),
    ],
    [
      'sends audio at another rate than it says',
      /The fake heard no word in \d+ ms of audio, read as 16000 Hz.*inputFormat is 8000 Hz/,
      (provider) => new Draft(provider, {}, { inputFormat: MONO_8K }),
    ],
    [
      'says a farewell that is not in the protocol',
      /The fake objected: unexpected text \{"type":"bye"\}/,
      (provider) => new Draft(provider, { farewell: { type: 'bye' } }),
    ],
  ])('%s', async ([, cause, create], { expect: expectHere }) => {
    expectHere(await messageFor(new ReferenceProvider(), create)).toMatch(cause);
  });

  it.for<[what: string, cause: RegExp, create: (provider: ReferenceHttpProvider) => STT]>([
    [
      'asks for a wrong path over HTTP',
      /error: unsupported, transcribe: .*404[^]*The fake refused: HTTP 404 for \/transcript$/m,
      (provider) => new HttpDraft(provider, { url: `${provider.url}/transcript` }),
    ],
    [
      'sends another request than the provider takes',
      /The fake objected: expected a file[^]*The fake said last: HTTP 400 \{"error":"expected a file"\}/,
      (provider) => new HttpDraft(provider, { field: 'audio' }),
    ],
    [
      'expects another answer',
      /error: protocol, transcribe: .*transcript[^]*The fake said last: HTTP 200 \{"text":"Good morning/,
      (provider) =>
        new HttpDraft(provider, {
          answer: z
            .object({ transcript: z.string() })
            .transform(({ transcript }) => ({ text: transcript })),
        }),
    ],
  ])('%s', async ([, cause, create], { expect: expectHere }) => {
    expectHere(await messageFor(new ReferenceHttpProvider(), create)).toMatch(cause);
  });

  it('gives the engine another rate than it says', async ({ expect: expectHere }) => {
    const message = await messageFor(
      new FakeEngineProvider({
        module: new URL('./reference/reference-engine.ts', import.meta.url),
        format: MONO_8K,
      }),
      ({ engine }) => new ReferenceLocalSTT({ engine: engine.href }),
    );
    expectHere(message).toMatch(/The fake objected: expected 8000 Hz, got 16000 Hz/);
  });

  it('never connects', async ({ expect: expectHere }) => {
    const message = await messageFor(new ReferenceProvider(), (provider) => {
      const stt = new ReferenceSTT({ baseUrl: provider.url, apiKey: REFERENCE_KEY });
      return Object.assign(stt, { processAudio: () => undefined });
    });
    expectHere(message).toContain('The plugin told of no error.');
    expectHere(message).toContain('The fake was asked for nothing.');
  });

  it('shows its key', async ({ expect: expectHere }) => {
    const message = await messageFor(
      new ReferenceProvider(),
      (provider) => new Draft(provider, { farewell: { type: 'bye', token: REFERENCE_KEY } }),
    );
    expectHere(message).toContain('unexpected text');
    expectHere(message).not.toContain(REFERENCE_KEY);
    expectHere(message.split('\n').length).toBeLessThan(20);
  });
});
