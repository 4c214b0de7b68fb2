import type { Rule } from '../contract/rule.ts';
import { audioRules } from './rules/audio.ts';
import { closingRules } from './rules/closing.ts';
import { faultRules } from './rules/faults.ts';
import { lifecycleRules } from './rules/lifecycle.ts';
import { optionRules } from './rules/options.ts';
import { speakerRules } from './rules/speakers.ts';
import { transcriptRules } from './rules/transcripts.ts';
import { turnRules } from './rules/turns.ts';
import { STTBench, type STTSubject } from './stt-bench.ts';
import type { FakeSTTProvider } from '../fake/index.ts';

/** Everything that a speech-to-text plugin keeps to. */
export const sttRules: readonly Rule<STTBench>[] = [
  ...lifecycleRules,
  ...closingRules,
  ...audioRules,
  ...speakerRules,
  ...transcriptRules,
  ...turnRules,
  ...faultRules,
  ...optionRules,
];

/** Runs one rule against a fresh provider, and leaves nothing open. */
export async function runSTTRule<Provider extends FakeSTTProvider>(
  rule: Rule<STTBench>,
  subject: STTSubject<Provider>,
): Promise<void> {
  await subject.provider.start();
  const bench = new STTBench({
    provider: subject.provider,
    create: () => subject.create(subject.provider),
  });
  try {
    await rule.run(bench);
  } finally {
    await bench.cleanUp();
    await subject.provider.stop();
  }
}
