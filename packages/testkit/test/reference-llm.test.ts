import { describeLLM, FakeChatServer } from '../src/index.ts';
import { REFERENCE_KEY } from './reference/reference-provider.ts';
import { ReferenceLLM } from './reference/reference-llm.ts';

describeLLM({
  create: (provider) => new ReferenceLLM({ baseUrl: `${provider.url}/v1`, apiKey: REFERENCE_KEY }),
  provider: new FakeChatServer({ apiKey: REFERENCE_KEY }),
});
