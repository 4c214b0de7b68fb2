import { afterAll, describe, it } from 'vitest';
import type { ProcessorSubject } from './processor-bench.ts';
import { processorRulesFor, runProcessorRule } from './processor-rules.ts';

const RULE_TIMEOUT_MS = 30_000;

/** The contract of processors as a Vitest suite, a test for each rule that concerns what this one can do. */
export function describeProcessor(subject: ProcessorSubject): void {
  describe('processor contract', () => {
    const probe = subject.create();
    afterAll(() => probe.close());
    for (const rule of processorRulesFor(probe)) {
      it(`${rule.title} (${rule.id})`, { timeout: RULE_TIMEOUT_MS }, () =>
        runProcessorRule(rule, subject),
      );
    }
  });
}
