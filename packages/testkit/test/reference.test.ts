import { describe } from 'vitest';
import { describeSTT } from '../src/index.ts';
import { ReferenceClient } from './reference/reference-client.ts';
import { REFERENCE_HTTP_KEY, ReferenceHttpProvider } from './reference/reference-http-provider.ts';
import { ReferenceHttpSTT } from './reference/reference-http-stt.ts';
import { ReferenceEngineProvider, ReferenceLocalSTT } from './reference/reference-local-stt.ts';
import { REFERENCE_KEY, ReferenceProvider } from './reference/reference-provider.ts';
import { ReferenceSTT } from './reference/reference-stt.ts';

describe('over a socket', () =>
  describeSTT({
    create: ({ url }) => new ReferenceSTT({ baseUrl: url, apiKey: REFERENCE_KEY }),
    provider: new ReferenceProvider(),
  }));

describe.each([{ serial: false }, { serial: true }])('over HTTP, serial: $serial', (init) =>
  describeSTT({
    create: ({ url }) =>
      new ReferenceHttpSTT({ baseUrl: url, apiKey: REFERENCE_HTTP_KEY }, undefined, init),
    provider: new ReferenceHttpProvider(),
    client: {
      create: ({ url }) => new ReferenceClient({ baseUrl: url, apiKey: REFERENCE_HTTP_KEY, fetch }),
      pass: (client) => new ReferenceHttpSTT({ client }, undefined, init),
      closedBy: 'close',
    },
  }),
);

describe('in a thread', () =>
  describeSTT({
    create: ({ engine }) => new ReferenceLocalSTT({ engine: engine.href }),
    provider: new ReferenceEngineProvider(),
  }));
