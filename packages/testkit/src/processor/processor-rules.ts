import {
  isAudioProcessor,
  isAudioPublisher,
  isVideoProcessor,
  isVideoPublisher,
  type Processor,
} from '@vision-agents/core';
import { componentRules } from '../contract/component-rules.ts';
import type { Rule } from '../contract/rule.ts';
import { ProcessorBench, type ProcessorSubject } from './processor-bench.ts';
import { agentRules } from './rules/agent.ts';
import { audioRules } from './rules/audio.ts';
import { frameRules } from './rules/frames.ts';
import { lifecycleRules } from './rules/lifecycle.ts';
import { optionRules } from './rules/options.ts';
import { publishedAudioRules } from './rules/published-audio.ts';
import { publishedVideoRules } from './rules/published-video.ts';
import { watchingRules } from './rules/watching.ts';

/** The rules of each capability, and those of every processor. */
export const processorRulesByCapability = {
  every: [...componentRules, ...lifecycleRules, ...optionRules, ...agentRules],
  video: [...frameRules, ...watchingRules],
  'published-video': publishedVideoRules,
  audio: audioRules,
  'published-audio': publishedAudioRules,
} as const satisfies Record<string, readonly Rule<ProcessorBench>[]>;

export const processorRules: readonly Rule<ProcessorBench>[] = Object.values(
  processorRulesByCapability,
).flat();

/** What a processor keeps to, as far as it concerns what this one can do. */
export function processorRulesFor(processor: Processor): readonly Rule<ProcessorBench>[] {
  const rules = processorRulesByCapability;
  return [
    ...rules.every,
    ...(isVideoProcessor(processor) ? rules.video : []),
    ...(isVideoPublisher(processor) ? rules['published-video'] : []),
    ...(isAudioProcessor(processor) ? rules.audio : []),
    ...(isAudioPublisher(processor) ? rules['published-audio'] : []),
  ];
}

/** Runs one rule, and leaves nothing open. */
export async function runProcessorRule(
  rule: Rule<ProcessorBench>,
  subject: ProcessorSubject,
): Promise<void> {
  const bench = new ProcessorBench(subject);
  try {
    await rule.run(bench);
  } finally {
    await bench.cleanUp();
  }
}
