import { strict as assert } from 'node:assert';
import type { TurnDetector } from '@vision-agents/core';
import { PcmData } from '@vision-agents/core/audio';
import type { Rule } from '../../contract/rule.ts';
import { recordings } from '../../speech/index.ts';
import type { ObservedDetector, TurnBench } from '../turn-bench.ts';

/** What a filter may do to the loudest sounds, as a part of all energy. */
const LARGEST_DIFFERENCE = 0.02;
/** A stream begins and ends within a filter, and may end within a frame. */
const EDGE_MS = 60;

function inStereo(pcm: PcmData): PcmData {
  return pcm.resample(pcm.sampleRate, 2);
}

/** What a caller without types could do. */
function sendAnything(detector: TurnDetector<unknown>, value: unknown): void {
  const send: unknown = Reflect.get(detector, 'send');
  if (typeof send === 'function') Reflect.apply(send, detector, [value]);
}

function assertExact({ detector, frames }: ObservedDetector): void {
  const { sampleRate, channels, format } = detector.inputFormat;
  const declared = `${detector.frameSize} samples at ${sampleRate} Hz, ${channels} channel(s), ${format}`;
  const sizes = frames.map(
    ({ pcm }) =>
      `${pcm.frames} samples at ${pcm.sampleRate} Hz, ${pcm.channels} channel(s), ${pcm.format}`,
  );
  assert.deepEqual([...new Set(sizes)], [declared], 'each frame must be exactly what is declared');
}

/** The frames of a speaker, put together, are what was said. */
function assertHeard({ detector, frames }: ObservedDetector, name: string, pcm: PcmData): void {
  const { sampleRate, channels } = detector.inputFormat;
  const heard = PcmData.concat(
    frames.filter(({ participant }) => participant?.id === name).map((frame) => frame.pcm),
  ).toFloat32();
  const said = pcm.resample(sampleRate, channels).toFloat32();
  const frameMs = (detector.frameSize * 1_000) / sampleRate;
  assert(
    Math.abs(heard.durationMs - said.durationMs) <= frameMs + EDGE_MS,
    `${name}: of ${Math.round(said.durationMs)} ms that were given, ${Math.round(heard.durationMs)} ms came`,
  );
  let [difference, energy] = [0, 0];
  const edge = (sampleRate * channels * EDGE_MS) / 1_000;
  for (
    let index = edge;
    index < Math.min(heard.samples.length, said.samples.length) - edge;
    index += 1
  ) {
    const expected = said.samples[index] ?? 0;
    difference += (expected - (heard.samples[index] ?? 0)) ** 2;
    energy += expected ** 2;
  }
  assert(
    difference <= energy * LARGEST_DIFFERENCE,
    `${name}: what came differs from what was given by ${Math.round((100 * difference) / energy)} % of its energy`,
  );
}

export const audioRules: readonly Rule<TurnBench>[] = [
  {
    id: 'exact-frames',
    title: 'is given frames of the size and the format that it declares, whatever comes in',
    async run(bench) {
      const pcm = bench.sentence(0, 48_000).slice(0, 1_500);
      const observed = await bench.start();
      const formats: Record<string, PcmData> = {
        '48 kHz stereo': inStereo(pcm),
        '44.1 kHz mono': pcm.resample(44_100),
        '16 kHz mono as floats': pcm.resample(16_000).toFloat32(),
        '8 kHz stereo': inStereo(pcm.resample(8_000)),
      };
      for (const [name, audio] of Object.entries(formats)) {
        await bench.speak(observed, audio, { id: name, userId: name });
        assertHeard(observed, name, audio.resample(48_000, 1));
      }
      for (const chunk of pcm.chunks(997))
        observed.detector.send(chunk, { id: 'odd', userId: 'odd' });
      await bench.idle(observed);
      assertHeard(observed, 'odd', pcm);
      assertExact(observed);
    },
  },
  {
    id: 'follows-the-format',
    title: 'follows a speaker whose audio changes its format in the middle',
    async run(bench) {
      const pcm = bench.sentence(0, 48_000);
      const observed = await bench.start();
      const ada = { id: 'ada', userId: 'ada' };
      const parts = [
        inStereo(pcm.slice(0, 600)),
        pcm.slice(600, 1_200).resample(16_000),
        pcm.slice(1_200, 1_800).toFloat32(),
      ];
      for (const part of parts) await bench.speak(observed, part, ada);
      assertHeard(observed, 'ada', pcm.slice(0, 1_800));
      assertExact(observed);
    },
  },
  {
    id: 'one-frame-at-a-time',
    title: 'is given one frame of a speaker at a time, and one in all if it is declared serial',
    async run(bench) {
      const observed = await bench.start();
      const { detector, busy } = observed;
      const gate = Promise.withResolvers<void>();
      observed.before = () => gate.promise;
      const pcm = bench.sentence().slice(0, 400);
      for (const id of ['ada', 'ben']) {
        for (const chunk of pcm.chunks(320)) detector.send(chunk, { id, userId: id });
      }
      await bench.clock.settle();
      const speakers = [...busy].map(({ participant }) => participant?.id);
      gate.resolve();
      const expected = detector.serial ? ['ada'] : ['ada', 'ben'];
      assert.deepEqual(speakers, expected, 'so many frames must be looked at side by side');
    },
  },
  {
    id: 'waits-for-start',
    title: 'keeps the audio that is given before it has started',
    async run(bench) {
      const observed = bench.create();
      for (const chunk of bench.sentence().chunks(320)) observed.detector.send(chunk);
      await bench.clock.settle();
      assert.equal(observed.frames.length, 0, 'no frame may be looked at before start()');
      await observed.detector.start();
      await bench.until('the turn of what was said before the start comes out', () =>
        observed.turns.some(({ type }) => type === 'turn-started'),
      );
    },
  },
  {
    id: 'drops-after-close',
    title: 'drops and counts the audio that is given after it has closed',
    async run(bench) {
      const { detector, frames } = await bench.start();
      await bench.close(detector);
      const before = { droppedMs: detector.droppedMs, frames: frames.length };
      assert.doesNotThrow(
        () => detector.send(recordings.ada.pcm().slice(0, 500)),
        'send() after close() must not throw',
      );
      const droppedMs = Math.round(detector.droppedMs - before.droppedMs);
      assert.equal(droppedMs, 500, 'droppedMs must count audio after close()');
      await bench.clock.settle();
      assert.equal(frames.length, before.frames, 'audio after close() must not be looked at');
    },
  },
  {
    id: 'never-blocks',
    title:
      'takes audio at once while a frame takes long, keeps the newest, and counts what it drops',
    async run(bench) {
      const observed = await bench.start();
      const { detector } = observed;
      const gate = Promise.withResolvers<void>();
      observed.before = () => gate.promise;
      const minute = PcmData.concat(Array.from({ length: 10 }, () => recordings.ada.pcm()));
      for (const chunk of minute.chunks(320)) {
        const returned: unknown = detector.send(chunk);
        assert.equal(returned, undefined, 'send() must return at once, with nothing to wait for');
      }
      await bench.clock.settle();
      const keptMs = minute.durationMs - detector.droppedMs;
      assert(
        keptMs <= detector.maxBacklogMs + 1_000,
        `of a minute, ${Math.round(keptMs)} ms wait, and ${detector.maxBacklogMs} ms may`,
      );
      gate.resolve();
      await bench.until(
        'what waited is looked at',
        () => observed.frames.length * 20 >= Math.min(keptMs, 1_000) && observed.busy.size === 0,
      );
    },
  },
  {
    id: 'refuses-what-is-no-audio',
    title: 'refuses what is no PcmData, and names what it takes',
    async run(bench) {
      const { detector } = bench.create();
      for (const value of [new Uint8Array(640), 'audio', undefined]) {
        assert.throws(
          () => sendAnything(detector, value),
          (error: unknown) => error instanceof TypeError && error.message.includes('PcmData'),
          'send() must throw a TypeError that names PcmData',
        );
      }
    },
  },
];
