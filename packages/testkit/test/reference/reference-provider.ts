import { MONO_16K } from '@vision-agents/core';
import {
  FakeSTTProvider,
  type FakeSTTSession,
  type Refusal,
  type STTSaying,
  type UpgradeRequest,
} from '../../src/index.ts';

export const REFERENCE_KEY = 'reference-test-key-0001';

export class ReferenceProvider extends FakeSTTProvider {
  constructor() {
    super({ format: MONO_16K });
  }

  protected override authorise({ url, headers }: UpgradeRequest): Refusal | undefined {
    if (headers.authorization !== `Bearer ${REFERENCE_KEY}`) return { status: 401 };
    return url.pathname === '/listen' && url.searchParams.get('sample_rate') === '16000'
      ? undefined
      : { status: 404 };
  }

  protected override onOpen(session: FakeSTTSession): void {
    session.send({ type: 'ready' });
  }

  protected override onFrame(session: FakeSTTSession, frame: string | Uint8Array): void {
    if (typeof frame !== 'string') {
      session.hear(frame);
    } else if (frame === '{"type":"close"}') {
      this.note('close');
      session.finish();
    } else {
      session.violation(`unexpected text ${frame.slice(0, 40)}`);
    }
  }

  protected override encode(saying: STTSaying): object {
    switch (saying.type) {
      case 'partial':
      case 'final':
      case 'error':
        return saying;
      case 'turn-started':
      case 'turn-resumed':
      case 'turn-ended':
        return { type: 'turn', event: saying.type, eager: saying.eager };
    }
  }
}
