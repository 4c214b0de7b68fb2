import { PcmData } from '@vision-agents/core';
import { describeProcessor } from '@vision-agents/testkit';
import { expect, it } from 'vitest';
import { AcmeClippingEvent, Processor } from './acme-clipping.ts';

describeProcessor({ create: () => new Processor() });

it('tells who is too loud', async () => {
  const processor = new Processor();
  await processor.start();
  const told = processor.events.once(AcmeClippingEvent);
  const samples = new Int16Array(960).fill(32_767, 0, 10);
  const ada = { id: 'ada-1', userId: 'ada', name: 'Ada' };
  processor.send(new PcmData({ samples, sampleRate: 48_000 }), ada);
  expect(await told).toMatchObject({ participant: ada, samples: 10 });
  expect(processor.state()).toEqual({ tooLoud: ['Ada'] });
  await processor.close();
});
