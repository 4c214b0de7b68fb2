import { describeRealtime } from '@vision-agents/testkit';
import { Realtime } from './acme-realtime.ts';
import { AcmeRealtimeProvider } from './acme-realtime-provider.ts';

describeRealtime({
  create: ({ url }) => new Realtime({ baseUrl: url, apiKey: 'acme-test-key' }),
  provider: new AcmeRealtimeProvider(),
  video: false,
});
