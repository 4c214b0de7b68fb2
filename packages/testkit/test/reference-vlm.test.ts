import { describeVLM, FakeChatServer } from '../src/index.ts';
import { REFERENCE_KEY } from './reference/reference-provider.ts';
import { ReferenceVLM } from './reference/reference-vlm.ts';

describeVLM({
  create: (provider) => new ReferenceVLM({ baseUrl: `${provider.url}/v1`, apiKey: REFERENCE_KEY }),
  provider: new FakeChatServer({ apiKey: REFERENCE_KEY }),
});
