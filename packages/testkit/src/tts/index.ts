export { describeTTS } from './describe-tts.ts';
export type { ObservedTTS, TTSBench, TTSSubject } from './tts-bench.ts';
export { requestTTSRules, runTTSRule, ttsRules, ttsRulesFor } from './tts-rules.ts';
export { clientTTSRules, ownClientTTSRules } from './rules/clients.ts';
