import { describeSTT } from '@vision-agents/testkit';
import { AcmeProvider } from './acme-provider.ts';
import { STT } from './acme-stt.ts';

describeSTT({
  create: (provider) => new STT({ baseUrl: provider.url, apiKey: 'acme-test-key' }),
  provider: new AcmeProvider(),
});
