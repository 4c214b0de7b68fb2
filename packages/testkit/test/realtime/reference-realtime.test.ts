import { describe } from 'vitest';
import { describeRealtime } from '../../src/index.ts';
import { REALTIME_KEY, ReferenceRealtime } from './reference-realtime.ts';
import { ReferenceRealtimeProvider } from './reference-realtime-provider.ts';

describe.each([
  ['a provider that resumes sessions', {}],
  ['a provider that must be told what was said', { resumes: false }],
  ['a provider that has no names for its responses', { names: false }],
])('with %s', (_what, init) => {
  describeRealtime({
    create: ({ url }) => new ReferenceRealtime({ baseUrl: url, apiKey: REALTIME_KEY }),
    provider: new ReferenceRealtimeProvider(init),
    // What is true of one is true of all.
    video: Object.keys(init).length === 0,
  });
});
