import { explain } from '../contract/explain.ts';
import type { Rule } from '../contract/rule.ts';
import type { STTFake } from '../fake/index.ts';
import { audioRules } from './rules/audio.ts';
import { closingRules } from './rules/closing.ts';
import { connectionRules } from './rules/connections.ts';
import { faultRules } from './rules/faults.ts';
import { lifecycleRules } from './rules/lifecycle.ts';
import { networkRules } from './rules/network.ts';
import { optionRules } from './rules/options.ts';
import { speakerRules } from './rules/speakers.ts';
import { partialRules, transcriptRules } from './rules/transcripts.ts';
import { turnRules } from './rules/turns.ts';
import { STTBench, type STTSubject } from './stt-bench.ts';

/** What every speech-to-text plugin keeps to, also one with an engine of its own. */
export const localSTTRules: readonly Rule<STTBench>[] = [
  ...lifecycleRules,
  ...closingRules,
  ...audioRules,
  ...transcriptRules,
  ...faultRules,
  ...optionRules,
];

/** What a plugin keeps to that makes a request for each utterance. */
export const segmentedSTTRules: readonly Rule<STTBench>[] = [...localSTTRules, ...networkRules];

/** What a plugin keeps to that has a connection for each speaker: all there is. */
export const sttRules: readonly Rule<STTBench>[] = [
  ...segmentedSTTRules,
  ...speakerRules,
  ...partialRules,
  ...turnRules,
  ...connectionRules,
];

/** The rules for a plugin with this provider, by its transport. */
export function sttRulesFor({ transport }: STTFake): readonly Rule<STTBench>[] {
  switch (transport) {
    case 'socket':
      return sttRules;
    case 'http':
      return segmentedSTTRules;
    case 'worker':
      return localSTTRules;
  }
}

/**
 * Runs one rule against a fresh provider, and leaves nothing open.
 *
 * @throws Error what was seen instead, with what the plugin told and what the fake made of it
 */
export async function runSTTRule<Provider extends STTFake>(
  rule: Rule<STTBench>,
  subject: STTSubject<Provider>,
): Promise<void> {
  const { provider } = subject;
  await provider.start();
  const bench = new STTBench({ provider, create: () => subject.create(provider) });
  try {
    await rule.run(bench);
  } catch (error) {
    throw explain(error, bench.evidence());
  } finally {
    await bench.cleanUp();
    await provider.stop();
  }
}
