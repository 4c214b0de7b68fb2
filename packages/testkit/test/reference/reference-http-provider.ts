import { MONO_16K } from '@vision-agents/core';
import {
  FakeTranscriptionServer,
  type FakeExchange,
  type FakeHttpRequest,
  type Refusal,
} from '../../src/index.ts';

export const REFERENCE_HTTP_KEY = 'reference-http-test-key-0001';

/** A complaint has a status of its own, so that it can be told from a refusal. */
export const COMPLAINT_STATUS = 500;

export class ReferenceHttpProvider extends FakeTranscriptionServer {
  constructor() {
    super({ format: MONO_16K });
  }

  protected override authorise({ url, headers }: FakeHttpRequest): Refusal | undefined {
    if (headers.get('authorization') !== `Bearer ${REFERENCE_HTTP_KEY}`) return { status: 401 };
    return url.pathname === '/transcriptions' ? undefined : { status: 404 };
  }

  protected override async onRequest(exchange: FakeExchange): Promise<void> {
    const file = (await exchange.request.form()).get('file');
    if (!(file instanceof Blob)) throw new Error('expected a file');
    const answer = await this.transcribe(file);
    if (answer.type === 'text') exchange.json({ text: answer.text });
    else exchange.json({ error: answer.message }, { status: COMPLAINT_STATUS });
  }
}
