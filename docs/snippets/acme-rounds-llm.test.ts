import { describeLLM } from '@vision-agents/testkit';
import { LLM } from './acme-rounds-llm.ts';
import { AcmeRoundsProvider } from './acme-rounds-provider.ts';

describeLLM({
  create: ({ url }) => new LLM({ baseUrl: url, apiKey: 'acme-test-key' }),
  provider: new AcmeRoundsProvider(),
  images: false,
});
