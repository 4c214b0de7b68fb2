export { describeVLM } from './describe-vlm.ts';
export { VLMBench } from './vlm-bench.ts';
export type { ObservedVLM, VLMSubject } from './vlm-bench.ts';
export { runVLMRule, videoRules, vlmRules, vlmRulesFor } from './vlm-rules.ts';
