import { describe } from 'vitest';
import { describeTTS } from '../../src/index.ts';
import { ReferenceSpeechServer, ReferenceTTS, TTS_KEY } from './reference-http.ts';
import {
  ReferenceSerialTTS,
  ReferenceSocketTTS,
  ReferenceTTSProvider,
  ReferenceUncancellableTTS,
} from './reference-socket.ts';

describe('over HTTP', () => {
  describeTTS({
    create: ({ url }) => new ReferenceTTS({ baseUrl: url, apiKey: TTS_KEY }),
    provider: new ReferenceSpeechServer(),
  });
});

describe.each([ReferenceSocketTTS, ReferenceSerialTTS, ReferenceUncancellableTTS])(
  'over a socket, %o',
  (Plugin) => {
    describeTTS({
      create: ({ url }) => new Plugin({ baseUrl: url, apiKey: TTS_KEY }),
      provider: new ReferenceTTSProvider(),
    });
  },
);
