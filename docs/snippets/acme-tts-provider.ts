import { MONO_24K } from '@vision-agents/core';
import { FakeSpeechServer } from '@vision-agents/testkit';
import type { FakeExchange, FakeHttpRequest, Refusal } from '@vision-agents/testkit';
import { z } from 'zod';

const Body = z.strictObject({
  text: z.string().min(1),
  voice: z.string(),
  sample_rate: z.literal(24_000),
  previous_text: z.string().optional(),
});

/** The provider's side of the protocol in `acme-tts.ts`. */
export class AcmeTTSProvider extends FakeSpeechServer {
  constructor() {
    super({ format: MONO_24K });
  }

  protected override authorise({ url, headers }: FakeHttpRequest): Refusal | undefined {
    if (headers.get('authorization') !== 'Bearer acme-test-key') return { status: 401 };
    return url.pathname === '/speech' ? undefined : { status: 404 };
  }

  protected override async onRequest(exchange: FakeExchange): Promise<void> {
    const { text } = Body.parse(exchange.request.json());
    await this.speak(exchange, text);
  }
}
