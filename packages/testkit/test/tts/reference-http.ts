import {
  defineOptions,
  MONO_24K,
  readBytes,
  sendJson,
  TTS,
  type OptionsInput,
  type SpeechContext,
} from '@vision-agents/core';
import { z } from 'zod';
import {
  FakeSpeechServer,
  type FakeExchange,
  type FakeHttpRequest,
  type Refusal,
} from '../../src/index.ts';

export const TTS_KEY = 'reference-tts-key-0001';

export const options = defineOptions({
  provider: 'reference',
  env: { apiKey: 'REFERENCE_API_KEY' },
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url().default('https://reference.invalid'),
  }),
});

/** A plugin over HTTP that keeps every rule. */
export class ReferenceTTS extends TTS {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({ provider: 'reference', providerFormat: MONO_24K });
    this.#settings = options.resolve(input);
  }

  protected override async streamAudio(
    text: string,
    { signal }: SpeechContext,
  ): Promise<AsyncIterable<Uint8Array>> {
    const { apiKey, baseUrl } = this.#settings;
    const headers = { authorization: `Bearer ${apiKey}` };
    const url = `${baseUrl}/speech`;
    return readBytes(await sendJson(this.fetch, { url, headers, body: { text }, signal }), {
      signal,
    });
  }
}

const Body = z.strictObject({ text: z.string().min(1) });

export class ReferenceSpeechServer extends FakeSpeechServer {
  constructor() {
    super({ format: MONO_24K });
  }

  protected override authorise({ method, url, headers }: FakeHttpRequest): Refusal | undefined {
    if (headers.get('authorization') !== `Bearer ${TTS_KEY}`) return { status: 401 };
    return method === 'POST' && url.pathname === '/speech' ? undefined : { status: 404 };
  }

  protected override async onRequest(exchange: FakeExchange): Promise<void> {
    await this.speak(exchange, Body.parse(exchange.request.json()).text);
  }
}
