import { describe, it } from 'vitest';
import type { LLMFake } from '../fake/index.ts';
import type { VLMSubject } from './vlm-bench.ts';
import { runVLMRule, vlmRulesFor } from './vlm-rules.ts';

const RULE_TIMEOUT_MS = 30_000;

/** The contract of models that see as a Vitest suite, a test for each rule. It takes `sharp`, as the plugin does. */
export function describeVLM<Provider extends LLMFake, Client extends object>(
  subject: VLMSubject<Provider, Client>,
): void {
  describe('VLM contract', () => {
    for (const rule of vlmRulesFor(subject)) {
      it(`${rule.title} (${rule.id})`, { timeout: RULE_TIMEOUT_MS }, () =>
        runVLMRule(rule, subject),
      );
    }
  });
}
