import { describe, it } from 'vitest';
import type { TurnDetectorSubject } from './turn-bench.ts';
import { runTurnDetectorRule, turnDetectorRules } from './turn-rules.ts';

const RULE_TIMEOUT_MS = 30_000;

/**
 * The contract of turn detection as a Vitest suite, a test for each rule. Time is virtual; what the plugin does in a
 * thread takes as long as it takes.
 */
export function describeTurnDetector(subject: TurnDetectorSubject): void {
  describe('turn detection contract', () => {
    for (const rule of turnDetectorRules) {
      it(`${rule.title} (${rule.id})`, { timeout: RULE_TIMEOUT_MS }, () =>
        runTurnDetectorRule(rule, subject),
      );
    }
  });
}
