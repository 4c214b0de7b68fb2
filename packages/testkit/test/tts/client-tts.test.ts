import {
  MONO_24K,
  readBytes,
  TTS,
  type OptionsInput,
  type SpeechContext,
} from '@vision-agents/core';
import { describe, it } from 'vitest';
import {
  clientTTSRules,
  describeTTS,
  ownClientTTSRules,
  requestTTSRules,
  runTTSRule,
  type TTSSubject,
} from '../../src/index.ts';
import { ClosableClient, type Closes } from '../reference/closable-client.ts';
import { options, ReferenceSpeechServer, TTS_KEY } from './reference-http.ts';

type Input = OptionsInput<typeof options> & { client?: ClosableClient };

/** Speaks by way of a vendor's client. */
class ClientTTS extends TTS {
  static readonly options = options;
  readonly #client: ClosableClient;
  readonly #isOwn: boolean;
  readonly #closes: Closes;

  constructor({ client, ...input }: Input = {}, closes: Closes = 'own') {
    super({ provider: 'reference', providerFormat: MONO_24K });
    this.#client = client ?? new ClosableClient({ ...options.resolve(input), fetch: this.fetch });
    this.#isOwn = client === undefined;
    this.#closes = closes;
  }

  protected override async streamAudio(
    text: string,
    { signal }: SpeechContext,
  ): Promise<AsyncIterable<Uint8Array>> {
    return readBytes(await this.#client.post('/speech', { text }, { signal }), { signal });
  }

  protected override onClose(): void {
    if (this.#closes === 'any' || (this.#closes === 'own' && this.#isOwn)) this.#client.close();
  }
}

function subject(closes: Closes): TTSSubject<ReferenceSpeechServer, ClosableClient> {
  const apiKey = TTS_KEY;
  return {
    create: ({ url }) => new ClientTTS({ baseUrl: url, apiKey }, closes),
    provider: new ReferenceSpeechServer(),
    client: {
      create: ({ url }) => new ClosableClient({ baseUrl: url, apiKey, fetch }),
      pass: (client) => new ClientTTS({ client }, closes),
      closedBy: 'close',
    },
  };
}

describeTTS(subject('own'));

describe.concurrent('a plugin that closes the wrong client fails just that rule', () => {
  it.for([
    ['any', 'leaves-given-clients-open'],
    ['none', 'closes-its-own-client'],
  ] as const)('%s: %s', { timeout: 120_000 }, async ([closes, id], { expect }) => {
    const failed: string[] = [];
    for (const rule of [...requestTTSRules, ...clientTTSRules, ...ownClientTTSRules])
      await runTTSRule(rule, subject(closes)).catch(() => failed.push(rule.id));
    expect(failed).toEqual([id]);
  });
});
