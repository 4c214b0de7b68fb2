import { describeProcessor } from '@vision-agents/testkit';
import { Processor } from './acme-outlines.ts';

describeProcessor({ create: () => new Processor(), frameKinds: ['i420'] });
