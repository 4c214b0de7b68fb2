import { describe, it } from 'vitest';
import type { STTFake } from '../fake/index.ts';
import type { STTSubject } from './stt-bench.ts';
import { runSTTRule, sttRulesFor } from './stt-rules.ts';

const RULE_TIMEOUT_MS = 30_000;

/** The contract of speech-to-text as a Vitest suite, a test for each rule that the provider's transport has. */
export function describeSTT<Provider extends STTFake>(subject: STTSubject<Provider>): void {
  describe('STT contract', () => {
    for (const rule of sttRulesFor(subject.provider)) {
      it(`${rule.title} (${rule.id})`, { timeout: RULE_TIMEOUT_MS }, () =>
        runSTTRule(rule, subject),
      );
    }
  });
}
