import { MONO_24K } from '@vision-agents/core';
import { FakeSpeechServer } from '@vision-agents/testkit';
import type { FakeExchange, FakeHttpRequest, Refusal } from '@vision-agents/testkit';
import { z } from 'zod';
import { TEST_KEY } from './fake-chat.ts';

/** What a request holds, and nothing else (openai 7.57, `SpeechCreateParams`); of the formats only raw PCM. */
const Body = z.strictObject({
  model: z.string().min(1),
  input: z.string().min(1).max(4_096),
  voice: z.string().min(1),
  instructions: z.string().optional(),
  speed: z.number().min(0.25).max(4).optional(),
  response_format: z.literal('pcm'),
});

/** The speech endpoint of OpenAI, as it answers on the wire: its text can be read out of its audio. */
export class FakeSpeech extends FakeSpeechServer {
  /** What it says that its audio is. */
  contentType = 'audio/pcm';

  constructor() {
    super({ format: MONO_24K });
  }

  protected override authorise({ method, url, headers }: FakeHttpRequest): Refusal | undefined {
    if (headers.get('authorization') !== `Bearer ${TEST_KEY}`) return { status: 401 };
    if (url.pathname !== '/v1/audio/speech') return { status: 404 };
    return method === 'POST' ? undefined : { status: 405 };
  }

  protected override async onRequest(exchange: FakeExchange): Promise<void> {
    const { input } = Body.parse(exchange.request.json());
    await this.speak(exchange, input, { headers: { 'content-type': this.contentType } });
  }
}
