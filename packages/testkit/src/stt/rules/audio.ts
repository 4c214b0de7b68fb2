import { strict as assert } from 'node:assert';
import type { STT } from '@vision-agents/core';
import { PcmData } from '@vision-agents/core/audio';
import type { Rule } from '../../contract/rule.ts';
import { recordings } from '../../speech/index.ts';
import { finals, type STTBench } from '../stt-bench.ts';

const { ada, ben } = recordings;
/** The same sound in both channels, as a call delivers a mono voice in stereo. */
function inStereo(pcm: PcmData): PcmData {
  return pcm.resample(pcm.sampleRate, 2);
}

/** What a caller without types could do. */
function sendAnything(stt: STT, value: unknown): void {
  const send: unknown = Reflect.get(stt, 'send');
  if (typeof send === 'function') Reflect.apply(send, stt, [value]);
}

export const audioRules: readonly Rule<STTBench>[] = [
  {
    id: 'any-format',
    title: 'brings audio of any rate, mono or stereo, to the format that it declares',
    async run(bench) {
      const { text, pcm } = bench.sentence(0, 48_000);
      const formats: [string, PcmData][] = [
        ['48 kHz stereo', inStereo(pcm)],
        ['44.1 kHz mono', pcm.resample(44_100)],
        ['16 kHz mono as floats', pcm.resample(16_000).toFloat32()],
        ['8 kHz stereo', inStereo(pcm.resample(8_000))],
      ];
      for (const [name, audio] of formats) {
        const observed = await bench.start();
        bench.speak(observed.stt, audio);
        await bench.final(observed, text).catch((error: unknown) => {
          throw new Error(`Audio at ${name} must arrive as speech`, { cause: error });
        });
        await observed.stt.close();
      }
      assert.deepEqual(
        bench.provider.violations,
        [],
        'the provider must have nothing to complain about',
      );
    },
  },
  {
    id: 'tells-speakers-apart',
    title: 'gives each of two speakers at once their own words',
    async run(bench) {
      const observed = await bench.start();
      const speakers = [
        { participant: { id: 'p-ada', userId: 'ada' }, recording: ada },
        { participant: { id: 'p-ben', userId: 'ben' }, recording: ben },
      ];
      await bench.speakInTurn(
        observed.stt,
        speakers.map(({ participant, recording }) => ({ participant, pcm: recording.pcm() })),
      );
      for (const { recording } of speakers) {
        for (const { text } of recording.sentences) await bench.final(observed, text);
      }
      for (const { participant, recording } of speakers) {
        const spoken = finals(observed.items)
          .filter((final) => final.participant?.id === participant.id)
          .map(({ text }) => text);
        assert.deepEqual(
          spoken,
          recording.sentences.map(({ text }) => text),
          `${recording.speaker} must be given what ${recording.speaker} said, and nothing else`,
        );
      }
    },
  },
  {
    id: 'waits-for-start',
    title: 'keeps the audio that is given before it has started',
    async run(bench) {
      const { text, pcm } = bench.sentence(0);
      const observed = bench.create();
      bench.speak(observed.stt, pcm);
      await observed.stt.start();
      await bench.final(observed, text);
    },
  },
  {
    id: 'drops-after-close',
    title: 'drops and counts the audio that is given after it has closed',
    async run(bench) {
      const { stt } = await bench.start();
      await stt.close();
      const droppedBefore = stt.droppedMs;
      const receivedBefore = bench.provider.audioMs;
      assert.doesNotThrow(
        () => stt.send(ada.pcm().slice(0, 500)),
        'send() after close() must not throw',
      );
      assert.equal(
        Math.round(stt.droppedMs - droppedBefore),
        500,
        'droppedMs must count audio after close()',
      );
      assert.equal(
        bench.provider.audioMs,
        receivedBefore,
        'audio after close() must not reach the provider',
      );
    },
  },
  {
    id: 'never-blocks',
    title:
      'takes audio at once while the provider does not answer, keeps the newest, and counts what it drops',
    async run(bench) {
      const { stt } = await bench.start();
      bench.provider.stall();
      const minute = PcmData.concat(Array.from({ length: 10 }, () => ada.pcm()));
      let sentMs = 0;
      for (const chunk of minute.chunks(320)) {
        const returned: unknown = stt.send(chunk);
        assert.equal(returned, undefined, 'send() must return at once, with nothing to wait for');
        sentMs += chunk.durationMs;
        if (sentMs % 200 === 0) await new Promise(setImmediate);
      }
      await bench.until(
        'of a minute of audio for a provider that does not answer, what does not fit is dropped and counted in droppedMs',
        () => stt.droppedMs >= 30_000,
      );
    },
  },
  {
    id: 'refuses-what-is-no-audio',
    title: 'refuses what is no PcmData, and names what it takes',
    async run(bench) {
      const { stt } = await bench.start();
      for (const value of [new Uint8Array(640), 'audio', undefined]) {
        assert.throws(
          () => sendAnything(stt, value),
          (error: unknown) => error instanceof TypeError && error.message.includes('PcmData'),
          'send() must throw a TypeError that names PcmData',
        );
      }
    },
  },
];
