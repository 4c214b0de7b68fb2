import { MONO_16K } from '@vision-agents/core';
import { describeSTT, FakeEngineProvider } from '@vision-agents/testkit';
import { STT } from './acme-local-stt.ts';

const module = new URL('./acme-engine.ts', import.meta.url);

describeSTT({
  create: ({ engine }) => new STT({ engine: engine.href }),
  provider: new FakeEngineProvider({ module, format: MONO_16K }),
});
