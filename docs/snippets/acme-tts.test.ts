import { describeTTS } from '@vision-agents/testkit';
import { AcmeTTSProvider } from './acme-tts-provider.ts';
import { TTS } from './acme-tts.ts';

describeTTS({
  create: ({ url }) => new TTS({ baseUrl: url, apiKey: 'acme-test-key' }),
  provider: new AcmeTTSProvider(),
});
