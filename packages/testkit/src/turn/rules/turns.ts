import { strict as assert } from 'node:assert';
import type { Turn } from '@vision-agents/core';
import { MONO_16K, PcmData } from '@vision-agents/core/audio';
import type { Rule } from '../../contract/rule.ts';
import { recordings } from '../../speech/index.ts';
import type { SeenTurn, TurnBench } from '../turn-bench.ts';

/** A voice is noticed within so long. */
const NOTICED_MS = 1_000;
/** Where a word ends is not known more exactly than that. */
const WORD_END_MS = 150;
const QUIET_MS = 2_000;
/** Within a few frames is at the same moment. */
const SAME_MS = 100;

/** What may follow an item of one turn. */
const followers: Readonly<Record<Turn['type'], readonly Turn['type'][]>> = {
  'turn-started': ['turn-ended'],
  'turn-resumed': ['turn-ended'],
  'turn-ended': ['turn-resumed', 'turn-ended'],
};

/** A room without a voice: digital silence, and noise that is hardly there. */
function quiet(level: number): PcmData {
  let seed = 1;
  const samples = Float32Array.from({ length: 16 * QUIET_MS }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return level * (2 * (seed / 2_147_483_647) - 1);
  });
  return new PcmData({ samples, sampleRate: MONO_16K.sampleRate });
}

function assertWhole(turn: readonly SeenTurn[]): void {
  assert.equal(turn[0]?.type, 'turn-started', 'a turn must begin with its start');
  const last = turn.at(-1);
  assert(last?.type === 'turn-ended' && !last.eager, 'a turn must end with its end');
  for (const [index, { type, eager }] of turn.entries()) {
    const next = turn[index + 1]?.type;
    const mayFollow = type !== 'turn-ended' || eager ? followers[type] : [];
    assert(next === undefined || mayFollow.includes(next), `${next} must not follow ${type}`);
  }
}

export const turnRules: readonly Rule<TurnBench>[] = [
  {
    id: 'starts-in-time',
    title: 'tells that a turn has started within a second of the first word, once',
    async run(bench) {
      const observed = await bench.start();
      await bench.speak(observed, bench.sentence());
      const starts = observed.turns.filter(({ type }) => type === 'turn-started');
      assert.equal(starts.length, 1, 'one turn must start with one sentence');
      const atMs = (starts[0]?.atMs ?? Number.NaN) - 200;
      assert(
        atMs <= NOTICED_MS,
        `the start came ${Math.round(atMs)} ms after the first word, and may take ${NOTICED_MS} ms`,
      );
    },
  },
  {
    id: 'ends-in-time',
    title: 'tells that a turn has ended in the pause after the last word, and not before',
    async run(bench) {
      const observed = await bench.start();
      const sentence = bench.sentence();
      await bench.speak(observed, bench.sentenceAndPause());
      const ends = observed.turns.filter(({ type, eager }) => type === 'turn-ended' && !eager);
      assert.equal(ends.length, 1, `one turn must end within a pause of ${bench.pauseMs} ms`);
      const atMs = (ends[0]?.atMs ?? Number.NaN) - sentence.durationMs;
      assert(
        atMs >= -WORD_END_MS,
        `the end came ${Math.round(-atMs)} ms before that of the last word`,
      );
    },
  },
  {
    id: 'silence-is-no-turn',
    title: 'tells of no turn where nobody speaks',
    async run(bench) {
      const observed = await bench.start();
      for (const level of [0, 0.000_5]) await bench.speak(observed, quiet(level));
      assert.deepEqual(
        observed.turns.map(({ type }) => type),
        [],
        'no turn may be told of in a quiet room',
      );
    },
  },
  {
    id: 'turns-are-whole',
    title: 'puts out a start and an end for each turn, with its id and values that can be',
    async run(bench) {
      const observed = await bench.start();
      for (const index of [0, 1] as const)
        await bench.speak(observed, bench.sentenceAndPause(index));
      const byId = Map.groupBy(observed.turns, ({ turnId }) => turnId);
      assert.equal(byId.size, 2, 'two sentences with a pause after each are two turns');
      for (const turn of byId.values()) assertWhole(turn);
      for (const { type, confidence, trailingSilenceMs, durationMs } of observed.turns) {
        assert(
          confidence === undefined || (confidence >= 0 && confidence <= 1),
          `the confidence of ${type} must be 0 to 1, not ${confidence}`,
        );
        for (const ms of [trailingSilenceMs, durationMs])
          assert(ms === undefined || (ms >= 0 && ms < 60_000), `${type} can't have ${ms} ms`);
      }
    },
  },
  {
    id: 'gives-up',
    title: 'ends a turn by itself when no audio comes for the time that it declares',
    async run(bench) {
      const observed = await bench.start();
      const { detector, turns } = observed;
      await bench.speakUntilStarted(observed);
      const ends = (): SeenTurn[] => turns.filter(({ type }) => type === 'turn-ended');
      await bench.clock.advance(detector.giveUpMs * 0.9);
      assert.equal(ends().length, 0, 'a turn must not end before the time to give up');
      await bench.clock.advance(detector.giveUpMs * 0.2);
      assert.equal(ends().length, 1, 'a turn must end after the time to give up');
    },
  },
  {
    id: 'tells-speakers-apart',
    title: 'gives each of two speakers at once the turns that they have alone',
    async run(bench) {
      const observed = await bench.start();
      const voices = [recordings.ada, recordings.ben].map((recording) => ({
        speaker: recording.speaker,
        pcm: PcmData.concat([recording.pcm(), PcmData.silence(bench.pauseMs, MONO_16K)]),
      }));
      for (const { speaker, pcm } of voices)
        await bench.speak(observed, pcm, as(`${speaker} alone`));
      await bench.speakTogether(
        observed,
        voices.map(({ speaker, pcm }) => ({ pcm, participant: as(speaker) })),
      );
      for (const speaker of ['ada', 'ben']) {
        const [together, alone] = [speaker, `${speaker} alone`].map((id) =>
          observed.turns.filter(({ participant }) => participant?.id === id),
        );
        assert.deepEqual(
          together?.map(({ type }) => type),
          alone?.map(({ type }) => type),
          `${speaker} must have the same turns as alone`,
        );
        assert(together?.[0], `${speaker} must have a turn`);
        for (const [index, { type, atMs }] of together.entries()) {
          const laterMs = Math.round(atMs - (alone?.[index]?.atMs ?? Number.NaN));
          assert(
            Math.abs(laterMs) <= SAME_MS,
            `the ${type} of ${speaker} came ${laterMs} ms later in the audio than alone`,
          );
        }
      }
    },
  },
];

function as(id: string): { id: string; userId: string } {
  return { id, userId: id };
}
