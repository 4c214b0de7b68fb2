import { strict as assert } from 'node:assert';
import { VideoForwarder, type VideoFrame, type VideoTrack } from '@vision-agents/core/video';
import type { Rule } from '../../contract/rule.ts';
import { numberedFrame } from '../../video/index.ts';
import type { VLMBench } from '../vlm-bench.ts';

export const watchingRules: readonly Rule<VLMBench>[] = [
  {
    id: 'forgets-when-stopped',
    title: 'shows nothing any more and lets go of the track when it stops watching',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      const track = bench.track();
      await bench.watch(vlm, track);
      await vlm.stopWatchingVideoTrack();
      await bench.passInVain(vlm, 1);
      assert.deepEqual(await bench.seeNumbers(vlm), [], 'there must be no picture');
      assert.equal(track.readers, 0, 'the track must be let go of');
      await vlm.stopWatchingVideoTrack();
    },
  },
  {
    id: 'watches-one-track',
    title: 'watches the newest track alone',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      const first = bench.track();
      await bench.watch(vlm, first);
      await bench.watch(vlm, bench.track({ firstNumber: 100_000 }));
      await bench.pass(vlm, 1);
      const numbers = await bench.seeNumbers(vlm);
      assert(numbers.length > 0, 'the model must be shown the new track');
      assert.deepEqual(
        numbers.filter((number) => number < 100_000),
        [],
        'nothing of the track before must be shown',
      );
      assert.equal(first.readers, 0, 'the track before must be let go of');
    },
  },
  {
    id: 'changes-forwarders',
    title: 'leaves a shared forwarder for another one',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      const tracks = [bench.track(), bench.track({ firstNumber: 100_000 })];
      const forwarders = tracks.map((track) => new VideoForwarder(track, { clock: bench.clock }));
      try {
        for (const [index, track] of tracks.entries())
          await bench.watch(vlm, track, forwarders[index]);
        await bench.pass(vlm, 1);
        assert.deepEqual(
          forwarders.map(({ handlers }) => handlers),
          [0, 1],
          'it must have removed its handler from the first, and have one at the second',
        );
        assert((await bench.see(vlm)).length > 0, 'the model must be shown the second track');
      } finally {
        for (const forwarder of forwarders) await forwarder.stop();
      }
    },
  },
  {
    id: 'shares-a-forwarder',
    title: 'takes frames from a shared forwarder and leaves it to the others',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      const track = bench.track();
      const forwarder = new VideoForwarder(track, { clock: bench.clock });
      let others = 0;
      const id = forwarder.addFrameHandler(() => {
        others += 1;
      });
      try {
        await bench.watch(vlm, track, forwarder);
        assert.equal(track.readers, 1, 'the track must be read once for all');
        assert((await bench.see(vlm)).length > 0, 'the model must be shown the track');
        await vlm.stopWatchingVideoTrack();
        const before = others;
        await bench.clock.advance(500);
        assert(others > before, 'the others must still get frames');
        assert.equal(forwarder.handlers, 1, 'it must have removed its own handler, and no other');
      } finally {
        forwarder.removeFrameHandler(id);
        await forwarder.stop();
      }
    },
  },
  {
    id: 'lets-go-when-closed',
    title: 'lets go of the track when it is closed',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      const track = bench.track();
      await bench.watch(vlm, track);
      assert.equal(track.readers, 1, 'it must read the track');
      await vlm.close();
      await bench.clock.settle();
      assert.equal(track.readers, 0, 'the track must be let go of');
    },
  },
  {
    id: 'survives-a-broken-track',
    title: 'tells of a track that fails by an error event, and answers on',
    async run(bench) {
      const { vlm, errors } = await bench.startVLM();
      const failure = new Error('the camera is gone');
      const track = bench.track({ durationMs: 100, failure });
      await bench.watch(vlm, track);
      await bench.clock.advance(500);
      await bench.until('an error event', () =>
        errors.some(({ message }) => message.includes(failure.message)),
      );
      const { text } = await bench.ask(vlm, 'Are you there?');
      assert.equal(text, 'You said: Are you there?', 'the next question must be answered');
    },
  },
  {
    id: 'survives-a-bad-frame',
    title: 'tells of a frame that can not be by an error event, and shows the next',
    async run(bench) {
      const { vlm, errors } = await bench.startVLM();
      const track = withBadFrame(bench.track({ firstNumber: 7, repeat: 1_000_000 }));
      await vlm.watchVideoTrack(track);
      await bench.clock.advance(1);
      await bench.until('an error event', () => errors.length > 0);
      await bench.pass(vlm, 1);
      const numbers = new Set(await bench.seeNumbers(vlm));
      assert.deepEqual(numbers, new Set([7]), 'the good frame must be shown');
    },
  },
];

/** Its first frame has too few bytes. */
function withBadFrame(track: VideoTrack): VideoTrack {
  return {
    id: 'bad',
    async *frames(options): AsyncGenerator<VideoFrame> {
      yield { ...numberedFrame(1), data: new Uint8Array(1) };
      yield* track.frames(options);
    },
  };
}
