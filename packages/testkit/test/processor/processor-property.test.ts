import { sleep, VideoProcessorDetectionEvent } from '@vision-agents/core';
import { VideoForwarder } from '@vision-agents/core/video';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { NumberedTrack, ProcessorBench } from '../../src/index.ts';
import { ReferenceProcessor, testInput } from './reference-processor.ts';

/** Takes its time, and heeds no signal. */
class Unhurried extends ReferenceProcessor {
  override async processVideo(
    ...given: Parameters<ReferenceProcessor['processVideo']>
  ): Promise<void> {
    await sleep(this.clock, 70);
    await super.processVideo(...given);
  }
}

const participants = [undefined, { id: 'a', userId: 'a' }, { id: 'b', userId: 'b' }];

/** What may happen to a processor, in any order. */
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('watch' as const),
      track: fc.nat({ max: 2 }),
      participant: fc.nat({ max: 2 }),
      shared: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.integer({ min: 1, max: 250 }),
    }),
  },
  fc.record({ do: fc.constantFrom('stop', 'hold', 'release', 'fail', 'leave') }),
);

it('lets go of everything, and tells of no track of before, whatever happens when', async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      const bench = new ProcessorBench({ create: () => new Unhurried(testInput) });
      const { clock } = bench;
      const { processor, work, errors } = await bench.start();
      // Each is told by its width.
      const tracks = [40, 50, 60].map((width) => new NumberedTrack({ width, height: 16, clock }));
      const forwarders = tracks.map((track) => new VideoForwarder(track, { clock }));
      let watched: number | undefined;
      let failures = 0;
      const stale: number[] = [];
      processor.events.on(VideoProcessorDetectionEvent, ({ frameWidth }) => {
        told += 1;
        if (frameWidth !== watched) stale.push(frameWidth);
      });
      const calls: Promise<void>[] = [];
      for (const next of steps) {
        if (next.do === 'pass') await clock.advance(next.ms);
        else if (next.do === 'watch') {
          const [track, sharedForwarder] = [tracks[next.track], forwarders[next.track]];
          const participant = participants[next.participant];
          watched = 40 + 10 * next.track;
          const options = { participant, ...(next.shared && { sharedForwarder }) };
          if (track) calls.push(processor.watchVideoTrack(track, options));
        } else if (next.do === 'stop') {
          watched = undefined;
          calls.push(processor.stopWatchingVideoTrack());
        } else if (next.do === 'leave') processor.participantLeft('a');
        else if (next.do === 'hold') work.hold();
        else if (next.do === 'release') work.release();
        else {
          work.failNext(new Error('as told'));
          failures += 1;
        }
      }
      const closed = processor.close();
      work.release();
      await clock.until(Promise.all([closed, ...calls]), { limitMs: 1_000 });
      await clock.settle();
      expect(stale).toEqual([]);
      expect(tracks.map(({ readers }) => readers)).toEqual([0, 0, 0]);
      expect(forwarders.map(({ handlers }) => handlers)).toEqual([0, 0, 0]);
      expect(clock.pending).toBe(0);
      expect(errors.length).toBeLessThanOrEqual(failures);
      expect(errors.every(({ message }) => message === 'as told')).toBe(true);
      await bench.cleanUp();
    }),
    { numRuns: 500 },
  );
  expect(told).toBeGreaterThan(500);
});
