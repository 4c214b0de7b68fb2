import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import type { VLMBench } from '../vlm-bench.ts';

/** Of the tracks that rules show. */
const SOURCE_FPS = 30;

export const seeingRules: readonly Rule<VLMBench>[] = [
  {
    id: 'shows-what-it-watches',
    title: 'shows the model what it watches, the oldest picture first',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      await bench.watch(vlm, bench.track());
      await bench.pass(vlm, 2);
      const images = await bench.see(vlm);
      const numbers = images.map(({ number }) => number);
      assert(numbers.length > 1, `the model must be shown some pictures, got ${numbers.length}`);
      assert(!numbers.includes(undefined), 'each picture must be one of the track');
      assert.deepEqual(
        numbers,
        numbers.toSorted((a = 0, b = 0) => a - b),
        'the pictures must be in order',
      );
    },
  },
  {
    id: 'keeps-its-rate',
    title: 'keeps as many frames a second as its fps says, from first to newest',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      await bench.watch(vlm, bench.track());
      const passed = Math.min(4, vlm.maxFrames - 1);
      await bench.pass(vlm, passed);
      const numbers = new Set(await bench.seeNumbers(vlm));
      assert.equal(numbers.size, passed + 1, `so many pictures must come in ${passed} intervals`);
      for (const [index, number] of [...numbers].entries()) {
        const due = 1 + (index * SOURCE_FPS) / vlm.fps;
        assert(
          Math.abs(number - due) <= 1.5,
          `picture ${index + 1} must be frame ${due} of the track, got ${number}`,
        );
      }
    },
  },
  {
    id: 'keeps-the-newest',
    title: 'keeps no more frames than it says, and those are the newest',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      await bench.watch(vlm, bench.track());
      const passed = vlm.maxFrames + 2;
      await bench.pass(vlm, passed);
      const numbers = await bench.seeNumbers(vlm);
      assert(
        numbers.length <= vlm.maxFrames,
        `there must be at most ${vlm.maxFrames} pictures, got ${numbers.length}`,
      );
      const now = (passed * SOURCE_FPS) / vlm.fps;
      const newest = numbers.at(-1) ?? 0;
      assert(
        newest >= now - SOURCE_FPS / vlm.fps,
        `the newest must be about ${now}, got ${newest}`,
      );
    },
  },
  {
    id: 'shows-a-still-once',
    title: 'shows a picture that does not change once',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      await bench.watch(vlm, bench.track({ repeat: 1_000_000 }));
      await bench.passInVain(vlm, 3);
      assert.deepEqual(await bench.seeNumbers(vlm), [1], 'there must be one picture');
    },
  },
  {
    id: 'makes-pictures-small',
    title: 'makes large frames as small as it says, in their shape',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      await bench.watch(vlm, bench.track({ width: 1920, height: 1080, fps: 1 }));
      const [image] = await bench.see(vlm);
      assert(image, 'the model must be shown a picture');
      const { width, height } = bench.imageBounds;
      assert(
        image.width <= width && image.height <= height,
        `a picture must fit ${width}×${height}, got ${image.width}×${image.height}`,
      );
      assert(
        Math.abs(image.width / image.height - 16 / 9) < 0.05,
        `the shape must stay, got ${image.width}×${image.height}`,
      );
      assert.equal(image.number, 1, 'what is to be seen must stay');
    },
  },
  {
    id: 'answers-without-video',
    title: 'answers also when it watches nothing',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      const { text } = await bench.ask(vlm, 'Are you there?');
      assert.equal(text, 'You said: Are you there?', 'the question must be answered');
      assert.deepEqual(
        bench.prompt.messages.flatMap(({ images }) => images),
        [],
        'there must be no picture',
      );
    },
  },
  {
    id: 'shows-each-question-its-own',
    title: 'shows pictures with the question that is answered, and none with those before it',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      await bench.watch(vlm, bench.track());
      await bench.see(vlm);
      await bench.pass(vlm, 1);
      await bench.see(vlm);
      const { messages } = bench.prompt;
      const asked = messages.findLastIndex(({ text }) => text.includes('What do you see?'));
      const before = messages.slice(0, asked).flatMap(({ images }) => images);
      assert.equal(before.length, 0, 'earlier questions must come without pictures');
      assert(
        messages.slice(asked).some(({ images }) => images.length > 0),
        'the question must come with pictures',
      );
    },
  },
  {
    id: 'sees-after-an-interruption',
    title: 'goes on watching when an answer is interrupted',
    async run(bench) {
      const { vlm } = await bench.startVLM();
      await bench.watch(vlm, bench.track());
      const answer = await bench.askAndHold(vlm, { text: 'I see a very long story.' });
      answer.abort();
      await answer.ended;
      bench.provider.release();
      await bench.pass(vlm, 2);
      const newest = (await bench.seeNumbers(vlm)).at(-1) ?? 0;
      const now = (2 * SOURCE_FPS) / vlm.fps;
      assert(newest >= now - 1, `the newest picture must be about ${now}, got ${newest}`);
    },
  },
];
