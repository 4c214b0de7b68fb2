import { describeVLM, FakeChatServer } from '@vision-agents/testkit';
import { VLM } from './acme-vlm.ts';

const apiKey = 'acme-test-key';

describeVLM({
  create: ({ url }) => new VLM({ baseUrl: url, apiKey }),
  provider: new FakeChatServer({ apiKey, path: '/chat/completions' }),
});
