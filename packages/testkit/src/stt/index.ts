export { describeSTT } from './describe-stt.ts';
export type { STTBench, STTClient, STTSubject } from './stt-bench.ts';
export { clientRules, ownClientRules } from './rules/clients.ts';
export {
  localSTTRules,
  runSTTRule,
  segmentedSTTRules,
  sttRules,
  sttRulesFor,
} from './stt-rules.ts';
