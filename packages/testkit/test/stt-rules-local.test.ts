import { describe } from 'vitest';
import { localSTTRules } from '../src/index.ts';
import { brokenLocally } from './broken/in-a-thread.ts';
import { proveRules } from './broken/prove.ts';
import { withoutThread } from './reference/engine-without-thread.ts';
import { ReferenceEngineProvider } from './reference/reference-local-stt.ts';

const local = {
  rules: localSTTRules,
  provider: () => new ReferenceEngineProvider(),
  input: ({ engine }: ReferenceEngineProvider) => ({ engine: engine.href }),
};

// Hundreds of threads would take minutes: in a thread each plugin breaks its rule, without one it breaks no other.
describe('in a thread', () =>
  proveRules({ ...local, broken: brokenLocally(), put: 'to its own rule' }));

describe('where the plugin runs', () =>
  proveRules({ ...local, broken: brokenLocally(withoutThread), atOnce: 2 }));
