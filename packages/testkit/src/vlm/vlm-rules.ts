import { givenClient } from '../contract/plugin-client.ts';
import type { Rule } from '../contract/rule.ts';
import type { LLMFake } from '../fake/index.ts';
import { llmRules } from '../llm/llm-rules.ts';
import { clientLLMRules, ownClientLLMRules } from '../llm/rules/clients.ts';
import { seeingRules } from './rules/seeing.ts';
import { watchingRules } from './rules/watching.ts';
import { VLMBench, type VLMSubject } from './vlm-bench.ts';

/** What a model that sees keeps to beyond what every language model does. */
export const videoRules: readonly Rule<VLMBench>[] = [...seeingRules, ...watchingRules];

/** What a model that sees keeps to: all there is. */
export const vlmRules: readonly Rule<VLMBench>[] = [...llmRules, ...videoRules];

/** The rules that apply to a plugin, by whether it takes a client. */
export function vlmRulesFor<Provider extends LLMFake, Client extends object>({
  client,
}: Pick<VLMSubject<Provider, Client>, 'client'>): readonly Rule<VLMBench>[] {
  return [
    ...vlmRules,
    ...(client ? clientLLMRules : []),
    ...(client?.closedBy === undefined ? [] : ownClientLLMRules),
  ];
}

/** Runs one rule against a fresh provider, and leaves nothing open. */
export async function runVLMRule<Provider extends LLMFake, Client extends object>(
  rule: Rule<VLMBench>,
  subject: VLMSubject<Provider, Client>,
): Promise<void> {
  const { provider, imageBounds, client } = subject;
  await provider.start();
  const bench = new VLMBench({
    provider,
    create: () => subject.create(provider),
    client: client && (() => givenClient(client, provider)),
    imageBounds,
  });
  try {
    await rule.run(bench);
  } finally {
    await bench.cleanUp();
    await provider.stop();
  }
}
