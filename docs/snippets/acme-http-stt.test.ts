import { describeSTT } from '@vision-agents/testkit';
import { AcmeHttpProvider } from './acme-http-provider.ts';
import { STT } from './acme-http-stt.ts';

describeSTT({
  create: ({ url }) => new STT({ baseUrl: url, apiKey: 'acme-test-key' }),
  provider: new AcmeHttpProvider(),
});
