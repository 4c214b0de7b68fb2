import { clientRules, ownClientRules, segmentedSTTRules } from '../src/index.ts';
import { brokenOverHttp } from './broken/over-http.ts';
import { proveRules } from './broken/prove.ts';
import { ReferenceClient } from './reference/reference-client.ts';
import { REFERENCE_HTTP_KEY, ReferenceHttpProvider } from './reference/reference-http-provider.ts';
import type { HttpInput } from './reference/reference-http-stt.ts';

proveRules({
  rules: [...segmentedSTTRules, ...clientRules, ...ownClientRules],
  broken: brokenOverHttp,
  provider: () => new ReferenceHttpProvider(),
  input: ({ url }): HttpInput => ({ baseUrl: url, apiKey: REFERENCE_HTTP_KEY }),
  client: (create) => ({
    create: ({ url }) => new ReferenceClient({ baseUrl: url, apiKey: REFERENCE_HTTP_KEY, fetch }),
    pass: (client) => create({ client }),
    closedBy: 'close',
  }),
  atOnce: 2,
});
