export { describeProcessor } from './describe-processor.ts';
export { ProcessorBench } from './processor-bench.ts';
export type { ObservedProcessor, ProcessorSubject } from './processor-bench.ts';
export {
  processorRules,
  processorRulesByCapability,
  processorRulesFor,
  runProcessorRule,
} from './processor-rules.ts';
