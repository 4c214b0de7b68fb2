import { sttRules } from '../src/index.ts';
import { brokenOverASocket } from './broken/over-a-socket.ts';
import { proveRules } from './broken/prove.ts';
import { REFERENCE_KEY, ReferenceProvider } from './reference/reference-provider.ts';

proveRules({
  rules: sttRules,
  broken: brokenOverASocket,
  provider: () => new ReferenceProvider(),
  input: ({ url }) => ({ baseUrl: url, apiKey: REFERENCE_KEY }),
});
