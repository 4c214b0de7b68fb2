import { describeTTS } from '@vision-agents/testkit';
import { AcmeSocketTTSProvider } from './acme-ws-tts-provider.ts';
import { TTS } from './acme-ws-tts.ts';

describeTTS({
  create: ({ url }) => new TTS({ baseUrl: url, apiKey: 'acme-test-key' }),
  provider: new AcmeSocketTTSProvider(),
});
