import { describe, it } from 'vitest';
import type { LLMFake } from '../fake/index.ts';
import type { LLMSubject } from './llm-bench.ts';
import { llmRulesFor, runLLMRule } from './llm-rules.ts';

const RULE_TIMEOUT_MS = 30_000;

/** The contract of language models as a Vitest suite, a test for each rule. */
export function describeLLM<Provider extends LLMFake, Client extends object>(
  subject: LLMSubject<Provider, Client>,
): void {
  describe('LLM contract', () => {
    for (const rule of llmRulesFor(subject)) {
      it(`${rule.title} (${rule.id})`, { timeout: RULE_TIMEOUT_MS }, () =>
        runLLMRule(rule, subject),
      );
    }
  });
}
