import { describe, it } from 'vitest';
import type { STTFake } from '../fake/index.ts';
import type { STTSubject } from './stt-bench.ts';
import { runSTTRule, sttRulesFor } from './stt-rules.ts';

const RULE_TIMEOUT_MS = 30_000;

/** The contract of speech-to-text as a Vitest suite, a test for each rule that applies to the plugin. */
export function describeSTT<Provider extends STTFake, Client extends object = object>(
  subject: STTSubject<Provider, Client>,
): void {
  describe('STT contract', () => {
    for (const rule of sttRulesFor(subject)) {
      it(`${rule.title} (${rule.id})`, { timeout: RULE_TIMEOUT_MS }, () =>
        runSTTRule(rule, subject),
      );
    }
  });
}
