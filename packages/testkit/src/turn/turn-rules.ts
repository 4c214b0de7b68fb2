import { componentRules } from '../contract/component-rules.ts';
import { explain } from '../contract/explain.ts';
import type { Rule } from '../contract/rule.ts';
import { audioRules } from './rules/audio.ts';
import { speakerRules } from './rules/speakers.ts';
import { turnRules } from './rules/turns.ts';
import { TurnBench, type TurnDetectorSubject } from './turn-bench.ts';

/** What every turn detector keeps to. */
export const turnDetectorRules: readonly Rule<TurnBench>[] = [
  ...componentRules,
  ...audioRules,
  ...turnRules,
  ...speakerRules,
];

/**
 * Runs one rule on instances of its own, and leaves nothing open.
 *
 * @throws Error what was seen instead, with what the plugin was given and told
 */
export async function runTurnDetectorRule(
  rule: Rule<TurnBench>,
  subject: TurnDetectorSubject,
): Promise<void> {
  const bench = new TurnBench(subject);
  try {
    await rule.run(bench);
  } catch (error) {
    throw explain(error, bench.evidence());
  } finally {
    await bench.cleanUp();
  }
}
