import { describeVLM } from '@vision-agents/testkit';
import { VLM } from './acme-http-vlm.ts';
import { AcmeVLMProvider } from './acme-vlm-provider.ts';

describeVLM({
  create: ({ url }) => new VLM({ baseUrl: url, apiKey: 'acme-test-key' }),
  provider: new AcmeVLMProvider(),
  imageBounds: { width: 512, height: 512 },
});
