export { describeRealtime } from './describe-realtime.ts';
export { RealtimeBench } from './realtime-bench.ts';
export type { ObservedRealtime, RealtimeSubject } from './realtime-bench.ts';
export {
  realtimeRules,
  realtimeRulesFor,
  runRealtimeRule,
  speechToSpeechRules,
} from './realtime-rules.ts';
