import { MONO_16K } from '@vision-agents/core';
import { FakeSTTProvider } from '@vision-agents/testkit';
import type { FakeSTTSession, Refusal, STTSaying, UpgradeRequest } from '@vision-agents/testkit';

/** Acme's side of the protocol. */
export class AcmeProvider extends FakeSTTProvider {
  constructor() {
    super({ format: MONO_16K });
  }

  protected override authorise({ headers }: UpgradeRequest): Refusal | undefined {
    return headers.authorization === 'Bearer acme-test-key' ? undefined : { status: 401 };
  }

  protected override onOpen(session: FakeSTTSession): void {
    session.send({ type: 'ready' });
  }

  protected override onFrame(session: FakeSTTSession, frame: string | Uint8Array): void {
    if (typeof frame !== 'string') session.hear(frame);
    else session.finish();
  }

  protected override encode(saying: STTSaying): object {
    return saying;
  }
}
