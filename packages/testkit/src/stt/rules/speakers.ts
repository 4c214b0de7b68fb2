import { strict as assert } from 'node:assert';
import { PcmData } from '@vision-agents/core/audio';
import type { Rule } from '../../contract/rule.ts';
import { recordings } from '../../speech/index.ts';
import { finals, unfinishedSentence, type STTBench } from '../stt-bench.ts';

const { ada, ben } = recordings;
const LEVELS = 24;
const FIRST_LEVEL = 100;
/** Each level is that much louder than the one before: more than a telephone codec could blur. */
const LEVEL_STEP = 1.25;
const TOLERANCE = 1.1;
const CHUNK_MS = 20;

/** A rule about a speaker who leaves in the middle of an utterance. */
export const leavingRules: readonly Rule<STTBench>[] = [
  {
    id: 'hears-speakers-out',
    title: 'puts out the last words of a speaker who leaves, and begins anew if they come back',
    async run(bench) {
      const observed = await bench.start();
      const participant = { id: 'p-ada', userId: 'ada' };
      const [last, next] = [unfinishedSentence(), bench.sentence(1)];
      bench.speak(observed.stt, last.pcm, participant);
      observed.stt.participantLeft(participant.id);
      const { participant: speaker } = await bench.final(observed, last.text);
      assert.equal(speaker?.id, participant.id, 'the last words must be those of who left');
      bench.speak(observed.stt, next.pcm, participant);
      await bench.final(observed, next.text);
    },
  },
];

/** Rules about the connection of one speaker, and of one who leaves. */
export const speakerRules: readonly Rule<STTBench>[] = [
  {
    id: 'keeps-order',
    title: 'sends the audio of a speaker in the order in which it was given',
    async run(bench) {
      const { stt } = await bench.start();
      const { sampleRate, channels } = bench.socket.format;
      for (let level = 0; level < LEVELS; level += 1) {
        const samples = new Int16Array((channels * sampleRate * CHUNK_MS) / 1_000);
        samples.fill(FIRST_LEVEL * LEVEL_STEP ** level);
        stt.send(new PcmData({ samples, sampleRate, channels }));
      }
      const heard = await bench.socket.expectAudio({ durationMs: (LEVELS - 2) * CHUNK_MS });
      let loudest = 0;
      for (const sample of heard.toInt16().samples) {
        assert(sample * TOLERANCE >= loudest, 'no audio may overtake what was given before it');
        loudest = Math.max(loudest, sample);
      }
    },
  },
  {
    id: 'lets-speakers-go',
    title: 'closes the connection of a speaker who leaves, and makes a new one if they come back',
    async run(bench) {
      const { socket: provider } = bench;
      const observed = await bench.start();
      const [first] = ada.sentences;
      assert(first);
      const participant = { id: 'p-ada', userId: 'ada' };
      await bench.speakInTurn(observed.stt, [
        { pcm: ada.pcm().slice(0, 1_200), participant },
        { pcm: ben.pcm().slice(0, 1_200), participant: { id: 'p-ben', userId: 'ben' } },
      ]);
      await provider.changes.until('a word of each speaker is heard', () =>
        ['ada', 'ben'].every((name) => provider.sessions.some(({ speaker }) => speaker === name)),
      );
      const asked = provider.requests.length;
      observed.stt.participantLeft(participant.id);
      await provider.changes.until(
        'only the connection of the speaker who stays is open',
        () => provider.sessions.map(({ speaker }) => speaker).join() === 'ben',
      );
      await bench.speakInTurn(observed.stt, [
        { pcm: ada.pcm().slice(0, first.endMs + 400), participant },
      ]);
      await bench.final(observed, first.text);
      const final = finals(observed.items).find(({ text }) => text === first.text);
      assert.equal(final?.participant?.id, participant.id, 'they must be given their own words');
      assert.equal(provider.requests.length, asked + 1, 'one new connection must be made');
    },
  },
];
