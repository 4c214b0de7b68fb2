import { strict as assert } from 'node:assert';
import { isAudioPublisher, type AudioPublisher, type Processor } from '@vision-agents/core';
import type { Rule } from '../../contract/rule.ts';
import { takesAtMost, type ProcessorBench } from '../processor-bench.ts';
import { describe } from '../watched-work.ts';

/** What a processor lets be heard in the call. */
export const publishedAudioRules: readonly Rule<ProcessorBench>[] = [
  {
    id: 'publishes-one-audio-track',
    title: 'publishes one audio track, the same however often it is asked',
    async run(bench) {
      const { processor } = bench.create();
      const publisher = asPublisher(processor);
      const track = publisher.publishAudioTrack();
      assert(typeof track.id === 'string' && track.id !== '', 'the track must have an id');
      await processor.start();
      assert.equal(publisher.publishAudioTrack(), track, 'it must be the same track');
    },
  },
  {
    id: 'keeps-its-format',
    title: 'lets be heard only audio of the format that its track has',
    async run(bench) {
      const observed = await bench.start();
      const track = asPublisher(observed.processor).publishAudioTrack();
      const { seen } = await bench.listen(track);
      await bench.work(observed.processor);
      const formats = new Set(seen.map(describe));
      formats.delete(describe(track.format));
      assert.deepEqual([...formats], [], `all audio must be of ${describe(track.format)}`);
    },
  },
  {
    id: 'ends-its-audio',
    title: 'ends its published audio when it closes',
    async run(bench) {
      const { processor } = await bench.start();
      const { ended } = await bench.listen(asPublisher(processor).publishAudioTrack());
      await processor.close();
      await takesAtMost(1_000, 'reading the published track', ended);
    },
  },
];

function asPublisher(processor: Processor): AudioPublisher {
  assert(isAudioPublisher(processor), 'the processor must publish audio');
  return processor;
}
