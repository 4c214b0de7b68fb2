import { strict as assert } from 'node:assert';
import { isVideoPublisher, type Processor, type VideoPublisher } from '@vision-agents/core';
import { checkVideoFrame, type VideoFrame } from '@vision-agents/core/video';
import type { Rule } from '../../contract/rule.ts';
import { readFrameNumber } from '../../video/index.ts';
import { SOURCE_FPS, takesAtMost, type ProcessorBench } from '../processor-bench.ts';

const SOURCE_MS = 1_000 / SOURCE_FPS;

/** What a processor shows in the call. */
export const publishedVideoRules: readonly Rule<ProcessorBench>[] = [
  {
    id: 'publishes-one-track',
    title: 'publishes one video track, the same however often it is asked',
    async run(bench) {
      const { processor } = bench.create();
      const publisher = asPublisher(processor);
      const track = publisher.publishVideoTrack();
      assert(typeof track.id === 'string' && track.id !== '', 'the track must have an id');
      await processor.start();
      assert.equal(publisher.publishVideoTrack(), track, 'it must be the same track');
    },
  },
  {
    id: 'keeps-the-source-rate',
    title: 'shows a frame for each one of its source, with its time, however slow it is itself',
    async run(bench) {
      const { viewing, observed } = await publish(bench);
      observed.work.hold();
      const before = viewing.seen.length;
      const frames = 20;
      await bench.pass(frames * SOURCE_MS);
      const seen = viewing.seen.slice(before);
      for (const frame of seen) checkVideoFrame(frame);
      assert(
        Math.abs(seen.length - frames) <= 1,
        `for ${frames} frames of the source there must be as many, got ${seen.length}`,
      );
      const steps = seen
        .slice(1)
        .map(({ timestampMs }, index) => timestampMs - timeOf(seen[index]));
      assert(
        steps.every((step) => Math.abs(step - SOURCE_MS) < 1),
        `their times must be those of the source, got steps of ${steps.map(Math.round).join(', ')} ms`,
      );
    },
  },
  {
    id: 'shows-the-newest',
    title: 'shows what is newest: no picture is older than what the processor has made by then',
    async run(bench) {
      const { viewing, observed } = await publish(bench);
      await bench.passFrames(observed, 6);
      const frame = viewing.seen.at(-1);
      assert(frame, 'a frame must be shown');
      // A picture that is made anew has no number in it.
      const number = await readFrameNumber(frame);
      if (number === undefined) return;
      const shownMs = (number - 1) * SOURCE_MS;
      const limitMs = 1_000 / Math.min(SOURCE_FPS, observed.processor.fps) + 2 * SOURCE_MS;
      const ageMs = Math.round(bench.clock.now() - shownMs);
      assert(ageMs <= limitMs, `the picture may be ${limitMs} ms old, it is ${ageMs} ms old`);
    },
  },
  {
    id: 'waits-for-no-viewer',
    title: 'holds up nothing for a viewer who is slow, and shows them the newest',
    async run(bench) {
      const { viewing, observed } = await publish(bench);
      const slow = asPublisher(observed.processor).publishVideoTrack().frames();
      const iterator = slow[Symbol.asyncIterator]();
      const first = iterator.next();
      await bench.pass(3 * SOURCE_MS);
      await takesAtMost(1_000, 'the first frame', first);
      const before = viewing.seen.length;
      await bench.pass(20 * SOURCE_MS);
      assert(viewing.seen.length >= before + 5, 'others must see what comes meanwhile');
      const newestMs = timeOf(viewing.seen.at(-1));
      const second = iterator.next();
      await bench.pass(3 * SOURCE_MS);
      const next = await takesAtMost(1_000, 'the next frame', second);
      const lateMs = next.done ? Number.NaN : newestMs - next.value.timestampMs;
      assert(lateMs <= SOURCE_MS, `whoever was late must see the newest, it is ${lateMs} ms old`);
      await iterator.return?.();
    },
  },
  {
    id: 'goes-on-with-another-source',
    title: 'goes on with its published video when another track is watched',
    async run(bench) {
      const { viewing, observed } = await publish(bench);
      await observed.processor.stopWatchingVideoTrack();
      await bench.pass(100);
      const before = viewing.seen.length;
      await bench.pass(100);
      assert.equal(viewing.seen.length, before, 'without a source there must be no frame');
      await observed.processor.watchVideoTrack(bench.track());
      await bench.passFrames(observed, 3);
      assert(viewing.seen.length > before, 'the new source must be shown on the same track');
    },
  },
  {
    id: 'ends-its-video',
    title: 'ends its published video when it closes',
    async run(bench) {
      const { viewing, observed } = await publish(bench);
      await observed.processor.close();
      await takesAtMost(1_000, 'reading the published track', viewing.ended);
    },
  },
];

/** A processor that watches, with a viewer who has seen something. */
async function publish(bench: ProcessorBench) {
  const observed = await bench.start();
  const viewing = await bench.view(asPublisher(observed.processor).publishVideoTrack());
  await observed.processor.watchVideoTrack(bench.track());
  await bench.passFrames(observed, 3);
  assert(viewing.seen.length > 0, 'the published track must show something');
  return { observed, viewing };
}

function asPublisher(processor: Processor): VideoPublisher {
  assert(isVideoPublisher(processor), 'the processor must publish video');
  return processor;
}

function timeOf(frame: VideoFrame | undefined): number {
  return frame?.timestampMs ?? Number.NaN;
}
