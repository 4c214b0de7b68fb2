import { LLM, chatRequest, readChatAnswer } from '@vision-agents/core';
import type { LLMPart, LLMRequest, OptionsInput } from '@vision-agents/core';
import { describe, it } from 'vitest';
import {
  clientLLMRules,
  describeLLM,
  FakeChatServer,
  llmRules,
  ownClientLLMRules,
  runLLMRule,
  type LLMSubject,
} from '../src/index.ts';
import { ClosableClient, type Closes } from './reference/closable-client.ts';
import { options } from './reference/reference-llm.ts';
import { REFERENCE_KEY } from './reference/reference-provider.ts';

type Input = OptionsInput<typeof options> & { client?: ClosableClient };

/** Answers by way of a vendor's client, which is asked for one answer at a time. */
class ClientLLM extends LLM {
  static readonly options = options;
  readonly #client: ClosableClient;
  readonly #isOwn: boolean;
  readonly #closes: Closes;

  constructor({ client, ...input }: Input = {}, closes: Closes = 'own') {
    super({ provider: 'reference', model: 'reference-1', serial: true });
    this.#client = client ?? new ClosableClient({ ...options.resolve(input), fetch: this.fetch });
    this.#isOwn = client === undefined;
    this.#closes = closes;
  }

  protected override async *respond(
    request: LLMRequest,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<LLMPart> {
    const body = { model: this.model, ...chatRequest(request) };
    yield* readChatAnswer(await this.#client.post('/chat/completions', body, { signal }));
  }

  protected override onClose(): void {
    if (this.#closes === 'any' || (this.#closes === 'own' && this.#isOwn)) this.#client.close();
  }
}

function subject(closes: Closes): LLMSubject<FakeChatServer, ClosableClient> {
  const apiKey = REFERENCE_KEY;
  return {
    create: ({ url }) => new ClientLLM({ baseUrl: `${url}/v1`, apiKey }, closes),
    provider: new FakeChatServer({ apiKey }),
    client: {
      create: ({ url }) => new ClosableClient({ baseUrl: `${url}/v1`, apiKey, fetch }),
      pass: (client) => new ClientLLM({ client }, closes),
      closedBy: 'close',
    },
  };
}

describeLLM(subject('own'));

describe.concurrent('a plugin that closes the wrong client fails just that rule', () => {
  it.for([
    ['any', 'leaves-given-clients-open'],
    ['none', 'closes-its-own-client'],
  ] as const)('%s: %s', { timeout: 120_000 }, async ([closes, id], { expect }) => {
    const failed: string[] = [];
    for (const rule of [...llmRules, ...clientLLMRules, ...ownClientLLMRules])
      await runLLMRule(rule, subject(closes)).catch(() => failed.push(rule.id));
    expect(failed).toEqual([id]);
  });
});
