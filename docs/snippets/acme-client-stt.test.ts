import { describeSTT } from '@vision-agents/testkit';
import { STT } from './acme-client-stt.ts';
import { AcmeClient } from './acme-client.ts';
import { AcmeHttpProvider } from './acme-http-provider.ts';

const apiKey = 'acme-test-key';

describeSTT({
  create: ({ url }) => new STT({ baseUrl: url, apiKey }),
  provider: new AcmeHttpProvider(),
  client: {
    create: ({ url }) => new AcmeClient({ apiKey, baseUrl: url, fetch, maxRetries: 0 }),
    pass: (client) => new STT({ client }),
    closedBy: 'close',
  },
});
