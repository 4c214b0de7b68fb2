import { explain } from '../contract/explain.ts';
import { givenClient } from '../contract/plugin-client.ts';
import type { Rule } from '../contract/rule.ts';
import type { STTFake, STTTransport } from '../fake/index.ts';
import { audioRules } from './rules/audio.ts';
import { clientRules, ownClientRules } from './rules/clients.ts';
import { closingRules } from './rules/closing.ts';
import { connectionRules } from './rules/connections.ts';
import { faultRules } from './rules/faults.ts';
import { lifecycleRules } from './rules/lifecycle.ts';
import { networkRules } from './rules/network.ts';
import { keyRules, optionRules } from './rules/options.ts';
import { requestRules } from './rules/requests.ts';
import { leavingRules, speakerRules } from './rules/speakers.ts';
import { partialRules, transcriptRules } from './rules/transcripts.ts';
import { turnRules } from './rules/turns.ts';
import { STTBench, type STTSubject } from './stt-bench.ts';

/** What every speech-to-text plugin keeps to. */
const commonRules: readonly Rule<STTBench>[] = [
  ...lifecycleRules,
  ...closingRules,
  ...audioRules,
  ...transcriptRules,
  ...faultRules,
  ...optionRules,
];

/** What a plugin keeps to that has an engine of its own. */
export const localSTTRules: readonly Rule<STTBench>[] = [...commonRules, ...leavingRules];

/** What a plugin keeps to that makes a request for each utterance. */
export const segmentedSTTRules: readonly Rule<STTBench>[] = [
  ...localSTTRules,
  ...networkRules,
  ...keyRules,
  ...requestRules,
];

/** What a plugin keeps to that has a connection for each speaker: all there is. */
export const sttRules: readonly Rule<STTBench>[] = [
  ...commonRules,
  ...networkRules,
  ...keyRules,
  ...speakerRules,
  ...partialRules,
  ...turnRules,
  ...connectionRules,
];

/** The rules that apply to a plugin: by the transport of its provider, and by whether it takes a client. */
export function sttRulesFor<Provider extends STTFake, Client extends object>({
  provider,
  client,
}: Pick<STTSubject<Provider, Client>, 'provider' | 'client'>): readonly Rule<STTBench>[] {
  return [
    ...rulesOf(provider.transport),
    ...(client ? clientRules : []),
    ...(client?.closedBy === undefined ? [] : ownClientRules),
  ];
}

function rulesOf(transport: STTTransport): readonly Rule<STTBench>[] {
  switch (transport) {
    case 'socket':
      return sttRules;
    case 'http':
      return segmentedSTTRules;
    case 'worker':
      return localSTTRules;
  }
}

/**
 * Runs one rule against a fresh provider, and leaves nothing open.
 *
 * @throws Error what was seen instead, with what the plugin told and what the fake made of it
 */
export async function runSTTRule<Provider extends STTFake, Client extends object>(
  rule: Rule<STTBench>,
  subject: STTSubject<Provider, Client>,
): Promise<void> {
  const { provider, client } = subject;
  await provider.start();
  const bench = new STTBench({
    provider,
    create: () => subject.create(provider),
    client: client && (() => givenClient(client, provider)),
  });
  try {
    await rule.run(bench);
  } catch (error) {
    throw explain(error, bench.evidence());
  } finally {
    await bench.cleanUp();
    await provider.stop();
  }
}
