import { describeLLM, FakeChatServer } from '@vision-agents/testkit';
import { LLM } from './acme-llm.ts';

const apiKey = 'acme-test-key';

describeLLM({
  create: ({ url }) => new LLM({ baseUrl: url, apiKey }),
  provider: new FakeChatServer({ apiKey, path: '/chat/completions' }),
});
