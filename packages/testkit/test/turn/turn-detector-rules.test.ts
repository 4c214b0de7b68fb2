import { describe, expect, it } from 'vitest';
import { runTurnDetectorRule, turnDetectorRules } from '../../src/index.ts';
import { brokenDetectors } from './broken-detectors.ts';

/** How long a plugin may take over all rules while all others do the same. */
const TIMEOUT_MS = 120_000;

describe('each rule is proved by a detector that breaks just that rule', () => {
  it('has one for every rule', () => {
    expect(Object.keys(brokenDetectors).toSorted()).toEqual(
      turnDetectorRules.map(({ id }) => id).toSorted(),
    );
  });

  describe.concurrent('and only that rule fails', () => {
    it.for(Object.entries(brokenDetectors))(
      '%s',
      { timeout: TIMEOUT_MS },
      async ([id, create], { expect: expectHere }) => {
        const failed = new Map<string, unknown>();
        for (const rule of turnDetectorRules) {
          await runTurnDetectorRule(rule, { create }).catch((error: unknown) =>
            failed.set(rule.id, error),
          );
        }
        const others = [...failed].filter(([rule]) => rule !== id);
        expectHere(others).toEqual([]);
        expectHere([...failed.keys()]).toEqual([id]);
      },
    );
  });
});
