import { MONO_16K } from '@vision-agents/core';
import { FakeSTTProvider } from '@vision-agents/testkit';
import type { FakeSTTSession, Refusal, STTSaying, UpgradeRequest } from '@vision-agents/testkit';
import { z } from 'zod';

/** What a client may send: as strict as the real provider. */
const Frame = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('configure'),
    model: z.string(),
    encoding: z.literal('s16le'),
    rate: z.literal(16_000),
  }),
  z.strictObject({ type: z.literal('audio'), data: z.base64() }),
  z.strictObject({ type: z.literal('end') }),
]);

/** The provider's side of the protocol in `acme-json-stt.ts`. */
export class AcmeJsonProvider extends FakeSTTProvider {
  constructor() {
    super({ format: MONO_16K });
  }

  protected override authorise({ url, headers }: UpgradeRequest): Refusal | undefined {
    if (headers.authorization !== 'Bearer acme-test-key') return { status: 401 };
    return url.pathname === '/stream' ? undefined : { status: 404 };
  }

  protected override onOpen(): void {}

  protected override onFrame(session: FakeSTTSession, frame: string | Uint8Array): void {
    const { data: message } = Frame.safeParse(JSON.parse(String(frame)));
    switch (message?.type) {
      case undefined:
        session.violation(`not in the protocol: ${String(frame).slice(0, 80)}`);
        return;
      case 'configure':
        session.send({ type: 'configured' });
        return;
      case 'audio':
        session.hear(Buffer.from(message.data, 'base64'));
        return;
      case 'end':
        session.finish();
    }
  }

  protected override encode(saying: STTSaying): object {
    switch (saying.type) {
      case 'partial':
        return { type: 'hypothesis', text: saying.text };
      case 'final':
        return { type: 'result', text: saying.text, took_ms: 80 };
      case 'error':
        return { type: 'failed', code: 'busy', message: saying.message };
      case 'turn-started':
      case 'turn-resumed':
      case 'turn-ended':
        return { type: 'not-told' };
    }
  }
}
