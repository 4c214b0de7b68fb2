import { strict as assert } from 'node:assert';
import { VideoForwarder } from '@vision-agents/core/video';
import type { Rule } from '../../contract/rule.ts';
import type { ProcessorBench } from '../processor-bench.ts';

const ada = { id: 'ada-1', userId: 'ada', name: 'Ada' };

/** Which track a processor watches, and for how long. */
export const watchingRules: readonly Rule<ProcessorBench>[] = [
  {
    id: 'stops-when-told',
    title: 'lets go of the track and its frame when it stops watching, and can watch again',
    async run(bench) {
      const observed = await bench.start();
      const { processor, work, errors } = observed;
      const track = bench.track();
      await processor.watchVideoTrack(track);
      await bench.passFrames(observed, 1);
      work.hold();
      await bench.passFrames(observed, 1);
      await processor.stopWatchingVideoTrack();
      work.release();
      const given = work.frames.length;
      await bench.passFrames(observed, 2);
      assert.equal(track.readers, 0, 'the track must be let go of');
      assert.equal(work.frames.length, given, 'no further frame may be processed');
      assert(work.frames.at(-1)?.signal.aborted, 'the signal of the last frame must be aborted');
      await processor.stopWatchingVideoTrack();
      await processor.watchVideoTrack(track);
      await bench.passFrames(observed, 1);
      assert(work.frames.length > given, 'it must watch again when it is told');
      assert.deepEqual(errors, [], 'stopping must make no error event');
    },
  },
  {
    id: 'watches-one-track',
    title: 'watches the newest track alone',
    async run(bench) {
      const observed = await bench.start();
      const { processor, work } = observed;
      const first = bench.track();
      await processor.watchVideoTrack(first);
      await bench.passFrames(observed, 1);
      await processor.watchVideoTrack(bench.track(), { participant: ada });
      const given = work.frames.length;
      await bench.passFrames(observed, 3);
      assert.equal(first.readers, 0, 'the track before must be let go of');
      const whose = new Set(work.frames.slice(given).map(({ participantId }) => participantId));
      assert.deepEqual([...whose], [ada.id], 'frames must come of the new track alone');
    },
  },
  {
    id: 'shares-a-forwarder',
    title: 'takes frames from a shared forwarder and leaves it to the others',
    async run(bench) {
      const observed = await bench.start();
      const { processor, work } = observed;
      const track = bench.track();
      const forwarder = new VideoForwarder(track, { clock: bench.clock });
      let others = 0;
      const id = forwarder.addFrameHandler(() => {
        others += 1;
      });
      try {
        await processor.watchVideoTrack(track, { sharedForwarder: forwarder });
        await bench.passFrames(observed, 2);
        assert(work.frames.length > 0, 'frames of the shared forwarder must be processed');
        assert.equal(track.readers, 1, 'the track must be read once for all');
        await processor.stopWatchingVideoTrack();
        const before = others;
        await bench.pass(200);
        assert(others > before, 'the others must still get frames');
        assert.equal(forwarder.handlers, 1, 'it must have removed its own handlers, and no other');
      } finally {
        forwarder.removeFrameHandler(id);
        await forwarder.stop();
      }
    },
  },
  {
    id: 'stops-when-they-leave',
    title: 'lets go of the video of a participant who leaves, and of no other',
    async run(bench) {
      const observed = await bench.start();
      const track = bench.track();
      await observed.processor.watchVideoTrack(track, { participant: ada });
      observed.processor.participantLeft('ben-1');
      await bench.passFrames(observed, 1);
      assert.equal(track.readers, 1, 'the track must be watched on when somebody else leaves');
      observed.processor.participantLeft(ada.id);
      await bench.passFrames(observed, 1);
      assert.equal(track.readers, 0, 'the track must be let go of when its participant leaves');
    },
  },
  {
    id: 'lets-go-when-closed',
    title: 'lets go of the track when it is closed',
    async run(bench) {
      const observed = await bench.start();
      const track = bench.track();
      await observed.processor.watchVideoTrack(track, { participant: ada });
      await bench.passFrames(observed, 1);
      assert.equal(track.readers, 1, 'it must read the track');
      await observed.processor.close();
      await bench.clock.settle();
      assert.equal(track.readers, 0, 'the track must be let go of');
    },
  },
  {
    id: 'survives-a-broken-track',
    title: 'tells of a track that fails by an error event, and watches another',
    async run(bench) {
      const observed = await bench.start();
      const { processor, work, errors } = observed;
      const failure = new Error('the camera is gone');
      await processor.watchVideoTrack(bench.track({ durationMs: 100, failure }));
      await bench.pass(200);
      assert(
        errors.some(({ message }) => message.includes(failure.message)),
        'there must be an error event',
      );
      const given = work.frames.length;
      await processor.watchVideoTrack(bench.track());
      await bench.passFrames(observed, 1);
      assert(work.frames.length > given, 'another track must be watched');
    },
  },
];
