import type { Rule } from '../contract/rule.ts';
import type { LLMFake } from '../fake/index.ts';
import { llmRules } from '../llm/llm-rules.ts';
import { seeingRules } from './rules/seeing.ts';
import { watchingRules } from './rules/watching.ts';
import { VLMBench, type VLMSubject } from './vlm-bench.ts';

/** What a model that sees keeps to beyond what every language model does. */
export const videoRules: readonly Rule<VLMBench>[] = [...seeingRules, ...watchingRules];

/** What a model that sees keeps to: all there is. */
export const vlmRules: readonly Rule<VLMBench>[] = [...llmRules, ...videoRules];

/** Runs one rule against a fresh provider, and leaves nothing open. */
export async function runVLMRule<Provider extends LLMFake>(
  rule: Rule<VLMBench>,
  subject: VLMSubject<Provider>,
): Promise<void> {
  const { provider, imageBounds } = subject;
  await provider.start();
  const bench = new VLMBench({ provider, create: () => subject.create(provider), imageBounds });
  try {
    await rule.run(bench);
  } finally {
    await bench.cleanUp();
    await provider.stop();
  }
}
