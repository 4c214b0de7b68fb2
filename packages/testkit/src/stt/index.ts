export { describeSTT } from './describe-stt.ts';
export type { STTBench, STTSubject } from './stt-bench.ts';
export { runSTTRule, sttRules } from './stt-rules.ts';
