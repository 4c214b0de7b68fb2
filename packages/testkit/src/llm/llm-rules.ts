import { givenClient } from '../contract/plugin-client.ts';
import type { Rule } from '../contract/rule.ts';
import type { LLMFake } from '../fake/index.ts';
import { LLMBench, type LLMSubject } from './llm-bench.ts';
import { answerRules, imageRules } from './rules/answers.ts';
import { clientLLMRules, ownClientLLMRules } from './rules/clients.ts';
import { closingRules } from './rules/closing.ts';
import { faultRules } from './rules/faults.ts';
import { functionRules } from './rules/functions.ts';
import { interruptionRules } from './rules/interruption.ts';
import { lifecycleRules } from './rules/lifecycle.ts';
import { optionRules } from './rules/options.ts';

/** What every language model keeps to, also one that can't see. */
export const textLLMRules: readonly Rule<LLMBench>[] = [
  ...lifecycleRules,
  ...closingRules,
  ...answerRules,
  ...functionRules,
  ...interruptionRules,
  ...faultRules,
  ...optionRules,
];

/** What a language model keeps to that can see: all there is. */
export const llmRules: readonly Rule<LLMBench>[] = [...textLLMRules, ...imageRules];

/** The rules that apply to a plugin: by whether its model can see, and whether it takes a client. */
export function llmRulesFor<Provider extends LLMFake, Client extends object>({
  images = true,
  client,
}: Pick<LLMSubject<Provider, Client>, 'images' | 'client'>): readonly Rule<LLMBench>[] {
  return [
    ...(images ? llmRules : textLLMRules),
    ...(client ? clientLLMRules : []),
    ...(client?.closedBy === undefined ? [] : ownClientLLMRules),
  ];
}

/** Runs one rule against a fresh provider, and leaves nothing open. */
export async function runLLMRule<Provider extends LLMFake, Client extends object>(
  rule: Rule<LLMBench>,
  subject: LLMSubject<Provider, Client>,
): Promise<void> {
  const { provider, client } = subject;
  await provider.start();
  const bench = new LLMBench({
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
