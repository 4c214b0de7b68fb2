export { describeSTT } from './describe-stt.ts';
export type { STTBench, STTSubject } from './stt-bench.ts';
export {
  localSTTRules,
  runSTTRule,
  segmentedSTTRules,
  sttRules,
  sttRulesFor,
} from './stt-rules.ts';
