export { describeVLM } from './describe-vlm.ts';
export { VLMBench } from './vlm-bench.ts';
export type { ObservedVLM, VLMSubject } from './vlm-bench.ts';
export { runVLMRule, videoRules, vlmRules } from './vlm-rules.ts';
