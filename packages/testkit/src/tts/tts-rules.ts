import { givenClient } from '../contract/plugin-client.ts';
import type { Rule } from '../contract/rule.ts';
import type { TTSFake } from '../fake/index.ts';
import { clientTTSRules, ownClientTTSRules } from './rules/clients.ts';
import { connectionRules } from './rules/connections.ts';
import { faultRules } from './rules/faults.ts';
import { interruptRules } from './rules/interrupts.ts';
import { lifecycleRules } from './rules/lifecycle.ts';
import { optionRules } from './rules/options.ts';
import { speechRules } from './rules/speech.ts';
import { TTSBench, type TTSSubject } from './tts-bench.ts';

/** What every text-to-speech plugin keeps to, also one that makes a request for each text. */
export const requestTTSRules: readonly Rule<TTSBench>[] = [
  ...lifecycleRules,
  ...speechRules,
  ...interruptRules,
  ...faultRules,
  ...optionRules,
];

/** What a plugin keeps to that keeps a connection for all texts: all there is. */
export const ttsRules: readonly Rule<TTSBench>[] = [...requestTTSRules, ...connectionRules];

/** The rules that apply to a plugin: by the transport of its provider, and by whether it takes a client. */
export function ttsRulesFor<Provider extends TTSFake, Client extends object>({
  provider,
  client,
}: Pick<TTSSubject<Provider, Client>, 'provider' | 'client'>): readonly Rule<TTSBench>[] {
  return [
    ...(provider.transport === 'socket' ? ttsRules : requestTTSRules),
    ...(client ? clientTTSRules : []),
    ...(client?.closedBy === undefined ? [] : ownClientTTSRules),
  ];
}

/** Runs one rule against a fresh provider, and leaves nothing open. */
export async function runTTSRule<Provider extends TTSFake, Client extends object>(
  rule: Rule<TTSBench>,
  subject: TTSSubject<Provider, Client>,
): Promise<void> {
  const { provider, client } = subject;
  await provider.start();
  const bench = new TTSBench({
    provider,
    create: () => subject.create(provider),
    client: client && (() => givenClient(client, provider)),
  });
  try {
    await rule.run(bench);
  } finally {
    await bench.cleanUp();
    await provider.stop();
  }
}
