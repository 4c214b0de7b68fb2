import { describe, it } from 'vitest';
import type { RealtimeFake } from '../fake/index.ts';
import type { RealtimeSubject } from './realtime-bench.ts';
import { realtimeRulesFor, runRealtimeRule } from './realtime-rules.ts';

const RULE_TIMEOUT_MS = 30_000;

/** The contract of speech-to-speech models as a Vitest suite, a test for each rule that such a model has. */
export function describeRealtime<Provider extends RealtimeFake>(
  subject: RealtimeSubject<Provider>,
): void {
  describe('Realtime contract', () => {
    for (const rule of realtimeRulesFor(subject)) {
      it(`${rule.title} (${rule.id})`, { timeout: RULE_TIMEOUT_MS }, () =>
        runRealtimeRule(rule, subject),
      );
    }
  });
}
