import { describeProcessor } from '../../src/index.ts';
import { ReferenceProcessor, testInput } from './reference-processor.ts';

describeProcessor({ create: () => new ReferenceProcessor(testInput) });
