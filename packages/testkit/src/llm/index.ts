export { describeLLM } from './describe-llm.ts';
export type { LLMBench, LLMSubject } from './llm-bench.ts';
export { llmRules, llmRulesFor, runLLMRule, textLLMRules } from './llm-rules.ts';
export { clientLLMRules, ownClientLLMRules } from './rules/clients.ts';
