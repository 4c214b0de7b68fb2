import { MONO_16K } from '@vision-agents/core';
import { FakeTranscriptionServer } from '@vision-agents/testkit';
import type { FakeExchange, FakeHttpRequest, Refusal } from '@vision-agents/testkit';

/** The provider's side of `acme-http-stt.ts`. */
export class AcmeHttpProvider extends FakeTranscriptionServer {
  constructor() {
    super({ format: MONO_16K });
  }

  protected override authorise({ headers }: FakeHttpRequest): Refusal | undefined {
    const isKnown = headers.get('authorization') === 'Bearer acme-test-key';
    return isKnown ? undefined : { status: 401 };
  }

  protected override async onRequest(exchange: FakeExchange): Promise<void> {
    const file = (await exchange.request.form()).get('file');
    if (!(file instanceof Blob)) throw new Error('expected a file');
    const answer = await this.transcribe(file);
    if (answer.type === 'text') exchange.json({ text: answer.text, confidence: 0.98 });
    else exchange.json({ error: answer.message }, { status: 503 });
  }
}
