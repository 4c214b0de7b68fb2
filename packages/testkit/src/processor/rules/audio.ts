import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { PcmData, type Participant } from '@vision-agents/core';
import { collectGarbage } from '../../contract/collect-garbage.ts';
import type { Rule } from '../../contract/rule.ts';
import type { ObservedProcessor, ProcessorBench } from '../processor-bench.ts';
import { describe } from '../watched-work.ts';

const ada: Participant = { id: 'speaker-a1', userId: 'user-a', name: 'Adalgisa' };
const ben: Participant = { id: 'speaker-b1', userId: 'user-b', name: 'Benvenuto' };

/** Of so much audio, a processor may hold on to the half. */
const MUCH_AUDIO_MS = 30_000;
const LITTLE_AUDIO_MS = 15_000;

/** What a processor does with the audio of a call. */
export const audioRules: readonly Rule<ProcessorBench>[] = [
  {
    id: 'hears-every-speaker',
    title: 'hears each speaker apart, all of it, in its own format, whatever comes',
    async run(bench) {
      const observed = await bench.start();
      const { processor, work } = observed;
      for (const chunk of bench.speech('ada', 1_000, 48_000)) processor.send(chunk, ada);
      for (const chunk of bench.speech('ben', 700)) processor.send(chunk, ben);
      for (const { id } of [ada, ben]) processor.participantLeft(id);
      await heard(bench, observed, 1_700);
      const formats = new Set(work.audio.map(({ format }) => format));
      assert.deepEqual(
        [...formats],
        [describe(processor.inputFormat)],
        'all must be of its format',
      );
      const heardOf = ({ id }: Participant): number =>
        Math.round(
          work.audio.reduce(
            (sum, audio) => sum + (audio.participantId === id ? audio.durationMs : 0),
            0,
          ),
        );
      assert.deepEqual([heardOf(ada), heardOf(ben)], [1_000, 700], 'each speaker must be whole');
      assert.deepEqual(
        observed.errors.map(({ message }) => message),
        [],
        'none of it may fail',
      );
    },
  },
  {
    id: 'leaves-audio-alone',
    title: 'changes no audio that it is given, since others have it too',
    async run(bench) {
      const observed = await bench.start();
      const { processor } = observed;
      const { sampleRate, channels, format } = processor.inputFormat;
      const speech = PcmData.concat(bench.speech('ada', 500)).resample(sampleRate, channels);
      const pcm = format === 's16' ? speech.toInt16() : speech.toFloat32();
      const copy = pcm.samples.slice();
      processor.send(pcm, ada);
      await heard(bench, observed, 400);
      assert.deepEqual(pcm.samples, copy, 'the samples must stay as they were');
    },
  },
  {
    id: 'never-blocks',
    title: 'takes audio at once, also while it is busy, and processes it afterwards',
    async run(bench) {
      const observed = await bench.start();
      const { processor, work } = observed;
      work.hold();
      for (const chunk of bench.speech('ada', 1_000)) {
        const returned: unknown = processor.send(chunk, ada);
        assert.equal(returned, undefined, 'send() must return nothing that could be waited for');
      }
      await bench.clock.settle();
      assert.equal(work.audio.length, 1, 'a speaker must be processed one piece after the other');
      work.release();
      await heard(bench, observed, 900);
    },
  },
  {
    id: 'survives-failing-audio',
    title: 'tells of audio that fails by an error event, and processes the next',
    async run(bench) {
      const observed = await bench.start();
      const { processor, work, errors } = observed;
      work.failNext(new Error('this audio fails'));
      for (const chunk of bench.speech('ada', 500)) processor.send(chunk, ada);
      await heard(bench, observed, 400);
      assert(
        errors.some(({ message }) => message.includes('this audio fails')),
        'there must be an error event',
      );
    },
  },
  {
    id: 'forgets-who-left',
    title: 'tells nothing more of a speaker who has left',
    async run(bench) {
      const observed = await bench.start();
      const { processor } = observed;
      for (const chunk of bench.speech('ada', 900)) processor.send(chunk, ada);
      for (const chunk of bench.speech('ben', 900)) processor.send(chunk, ben);
      await heard(bench, observed, 1_600);
      processor.participantLeft(ada.id);
      await bench.idle();
      const known = inspect(processor.state(), { depth: 12 });
      for (const word of [ada.id, ada.userId, ada.name ?? ada.id])
        assert(!known.includes(word), `state() must not tell of ${word}, who has left: ${known}`);
    },
  },
  {
    id: 'holds-little-audio',
    title: 'lets go of audio, however long it listens',
    async run(bench) {
      const observed = await bench.start();
      const { processor, work } = observed;
      const second = PcmData.concat(bench.speech('ada', 1_000));
      for (let ms = 0; ms < MUCH_AUDIO_MS; ms += 5_000) {
        for (let part = 0; part < 5; part += 1)
          processor.send(PcmData.fromBytes(second.toBytes(), second), ada);
        await heard(bench, observed, ms + 4_900);
      }
      await collectGarbage();
      const held = work.audio.filter(({ samples }) => samples.deref() !== undefined);
      const heldMs = held.reduce((sum, { durationMs }) => sum + durationMs, 0);
      assert(
        heldMs <= LITTLE_AUDIO_MS,
        `of ${MUCH_AUDIO_MS} ms of audio, ${Math.round(heldMs)} ms are still held on to`,
      );
    },
  },
];

/** Waits until so much audio was processed, of all speakers. The resampler may keep a few milliseconds. */
async function heard(
  bench: ProcessorBench,
  { work }: ObservedProcessor,
  durationMs: number,
): Promise<void> {
  await bench.until(`${durationMs} ms of audio must be processed`, () => {
    const heardMs = work.audio.reduce((sum, audio) => sum + audio.durationMs, 0);
    return heardMs >= durationMs - 1;
  });
  await bench.idle();
}
