import { describe, it } from 'vitest';
import type { TTSFake } from '../fake/index.ts';
import type { TTSSubject } from './tts-bench.ts';
import { runTTSRule, ttsRulesFor } from './tts-rules.ts';

const RULE_TIMEOUT_MS = 30_000;

/** The contract of text-to-speech as a Vitest suite, a test for each rule that the provider's transport has. */
export function describeTTS<Provider extends TTSFake, Client extends object>(
  subject: TTSSubject<Provider, Client>,
): void {
  describe('TTS contract', () => {
    for (const rule of ttsRulesFor(subject)) {
      it(`${rule.title} (${rule.id})`, { timeout: RULE_TIMEOUT_MS }, () =>
        runTTSRule(rule, subject),
      );
    }
  });
}
