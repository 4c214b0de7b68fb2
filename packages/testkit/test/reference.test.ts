import { describeSTT } from '../src/index.ts';
import { REFERENCE_KEY, ReferenceProvider } from './reference/reference-provider.ts';
import { ReferenceSTT } from './reference/reference-stt.ts';

describeSTT({
  create: (provider) => new ReferenceSTT({ baseUrl: provider.url, apiKey: REFERENCE_KEY }),
  provider: new ReferenceProvider(),
});
