import { describeProcessor } from '@vision-agents/testkit';
import { Processor } from './acme-lights.ts';

describeProcessor({ create: () => new Processor(), frameKinds: ['i420'] });
