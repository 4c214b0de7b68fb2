import { describe, it } from 'vitest';
import type { FakeSTTProvider } from '../fake/index.ts';
import type { STTSubject } from './stt-bench.ts';
import { runSTTRule, sttRules } from './stt-rules.ts';

const RULE_TIMEOUT_MS = 30_000;

/** The contract of speech-to-text as a Vitest suite, a test for each rule. */
export function describeSTT<Provider extends FakeSTTProvider>(subject: STTSubject<Provider>): void {
  describe('STT contract', () => {
    for (const rule of sttRules) {
      it(`${rule.title} (${rule.id})`, { timeout: RULE_TIMEOUT_MS }, () =>
        runSTTRule(rule, subject),
      );
    }
  });
}
