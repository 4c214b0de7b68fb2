import { strict as assert } from 'node:assert';
import { VideoProcessorDetectionEvent, type Detection } from '@vision-agents/core';
import type { VideoFrame, VideoTrack } from '@vision-agents/core/video';
import { collectGarbage } from '../../contract/collect-garbage.ts';
import type { Rule } from '../../contract/rule.ts';
import { numberedFrame } from '../../video/index.ts';
import { SOURCE_FPS, type ProcessorBench } from '../processor-bench.ts';

const ada = { id: 'ada-1', userId: 'ada', name: 'Ada' };
/** So many frames are processed, and at most so many of them may still be there. */
const MANY_FRAMES = 60;
const FEW_FRAMES = 30;

/** What a processor does with the frames that it is given. */
export const frameRules: readonly Rule<ProcessorBench>[] = [
  {
    id: 'keeps-its-rate',
    title: 'processes as many frames a second as its fps says',
    async run(bench) {
      const observed = await bench.start();
      await observed.processor.watchVideoTrack(bench.track());
      const rate = Math.min(observed.processor.fps, SOURCE_FPS);
      const ms = Math.max(1_000, 5_000 / rate);
      await bench.pass(ms);
      const due = (rate * ms) / 1_000;
      const given = observed.work.frames.length;
      assert(Math.abs(given - due) <= 1.5, `in ${ms} ms ${due} frames are due, got ${given}`);
    },
  },
  {
    id: 'takes-the-newest',
    title: 'takes the newest frame when it was busy, and counts those it has skipped',
    async run(bench) {
      const observed = await bench.start();
      const { processor, work } = observed;
      const track = bench.track();
      await processor.watchVideoTrack(track);
      await bench.pass(40);
      work.hold();
      await bench.passFrames(observed, 4);
      const before = work.frames.length;
      work.release();
      await bench.idle();
      assert(work.frames.length > before, 'there must be a frame for it as soon as it is free');
      const ageMs = bench.clock.now() - (work.frames[before]?.timestampMs ?? 0);
      const limitMs = 2_000 / SOURCE_FPS;
      assert(ageMs <= limitMs, `the frame may be ${limitMs} ms old at most, it is ${ageMs} ms old`);
      assert(processor.skippedFrames > 0, 'skippedFrames must count those it has skipped');
    },
  },
  {
    id: 'takes-any-frame',
    title: 'takes frames of any size and kind that it says it takes, also when they change',
    async run(bench) {
      const observed = await bench.start();
      const { processor, work, errors } = observed;
      const sizes = [
        { width: 64, height: 32 },
        { width: 33, height: 17 },
        { width: 320, height: 180 },
      ];
      const frames = bench.frameKinds.flatMap((kind) => sizes.map((size) => ({ kind, ...size })));
      const number = { next: 0 };
      await processor.watchVideoTrack(
        withFrames(bench.track(), ({ timestampMs }) => {
          number.next += 1;
          const frame = frames[work.frames.length % frames.length];
          return numberedFrame(number.next, { ...frame, timestampMs });
        }),
      );
      await bench.passFrames(observed, frames.length + 1);
      assert(work.frames.length >= frames.length, 'each frame must be processed');
      assert.deepEqual(
        errors.map(({ message }) => message),
        [],
        'no frame may fail',
      );
    },
  },
  {
    id: 'leaves-frames-alone',
    title: 'changes no frame that it is given, since others have it too',
    async run(bench) {
      const observed = await bench.start();
      const given: { frame: VideoFrame; copy: Uint8Array }[] = [];
      await observed.processor.watchVideoTrack(
        withFrames(bench.track(), (frame) => {
          given.push({ frame, copy: frame.data.slice() });
          return frame;
        }),
      );
      await bench.passFrames(observed, 3);
      for (const { frame, copy } of given)
        assert(Buffer.compare(frame.data, copy) === 0, 'the data of a frame must stay as it was');
    },
  },
  {
    id: 'holds-few-frames',
    title: 'lets go of frames, however long it watches',
    async run(bench) {
      const observed = await bench.start();
      await observed.processor.watchVideoTrack(bench.track());
      await bench.passFrames(observed, MANY_FRAMES);
      await collectGarbage();
      const held = observed.work.frames.filter(({ data }) => data.deref() !== undefined).length;
      assert(
        held <= FEW_FRAMES,
        `of ${observed.work.frames.length} frames, ${held} are still held on to`,
      );
    },
  },
  {
    id: 'survives-a-failing-frame',
    title: 'tells of a frame that fails by an error event, and processes the next',
    async run(bench) {
      const observed = await bench.start();
      const { processor, work, errors } = observed;
      await processor.watchVideoTrack(bench.track());
      await bench.passFrames(observed, 1);
      work.failNext(new Error('this frame fails'));
      await bench.passFrames(observed, 2);
      assert(
        errors.some(({ message }) => message.includes('this frame fails')),
        'there must be an error event',
      );
      const before = work.frames.length;
      await bench.passFrames(observed, 2);
      assert(work.frames.length > before, 'the next frames must be processed');
    },
  },
  {
    id: 'survives-a-bad-frame',
    title: 'tells of a frame that can not be by an error event, and processes the next',
    async run(bench) {
      const observed = await bench.start();
      let bad = true;
      await observed.processor.watchVideoTrack(
        withFrames(bench.track(), (frame) => {
          const given = bad ? { ...frame, data: new Uint8Array(1) } : frame;
          bad = false;
          return given;
        }),
      );
      await bench.passFrames(observed, 3);
      assert(observed.errors.length > 0, 'there must be an error event');
      assert(observed.work.frames.length > 0, 'the good frames must be processed');
    },
  },
  {
    id: 'detections-make-sense',
    title: 'detects what can be: labelled, of a confidence from 0 to 1, inside the frame',
    async run(bench) {
      const observed = await bench.start();
      await observed.processor.watchVideoTrack(bench.track(), { participant: ada });
      await bench.passFrames(observed, 5);
      const events = observed.events.filter(
        (event) => event instanceof VideoProcessorDetectionEvent,
      );
      for (const event of events) {
        assert.equal(event.participant?.id, ada.id, 'an event must say whose video it is of');
        assert.equal(event.detectionCount, event.detections.length, 'the count must be right');
        for (const detection of event.detections) checkDetection(detection, event);
      }
    },
  },
];

function checkDetection(
  { label, confidence = 1, box }: Detection,
  { frameWidth, frameHeight }: VideoProcessorDetectionEvent,
): void {
  assert(typeof label === 'string' && label !== '', 'a detection must have a label');
  assert(confidence >= 0 && confidence <= 1, `confidence must be 0 to 1, got ${confidence}`);
  if (!box) return;
  const { x, y, width, height } = box;
  const inside =
    x >= 0 &&
    y >= 0 &&
    width > 0 &&
    height > 0 &&
    x + width <= frameWidth &&
    y + height <= frameHeight;
  assert(
    inside,
    `a box must be inside the frame of ${frameWidth}×${frameHeight}, got ${JSON.stringify(box)}`,
  );
}

/** The same track with other frames, at the same times. */
function withFrames(track: VideoTrack, change: (frame: VideoFrame) => VideoFrame): VideoTrack {
  return {
    id: track.id,
    async *frames(options): AsyncGenerator<VideoFrame> {
      for await (const frame of track.frames(options)) yield change(frame);
    },
  };
}
