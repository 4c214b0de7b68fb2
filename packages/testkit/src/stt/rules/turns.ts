import { strict as assert } from 'node:assert';
import type { STTOutput, Turn } from '@vision-agents/core';
import type { Rule } from '../../contract/rule.ts';
import { recordings } from '../../speech/index.ts';
import type { STTBench } from '../stt-bench.ts';

const { ada } = recordings;

function turnsOf(items: readonly STTOutput[], type: Turn['type']): Turn[] {
  return items.filter((item) => item.type !== 'transcript').filter((item) => item.type === type);
}

/** Rules for a plugin that declares `turnDetection`; without it there is nothing to keep. */
export const turnRules: readonly Rule<STTBench>[] = [
  {
    id: 'turns-enclose-their-words',
    title: 'puts out the start and the end of each turn once, around its words and with their id',
    async run(bench) {
      const observed = await bench.start();
      const { stt, items } = observed;
      if (!stt.turnDetection) return;
      await bench.speakInTurn(stt, [{ pcm: ada.pcm() }]);
      for (const { text } of ada.sentences) {
        const { turnId } = await bench.final(observed, text);
        const ofTurn = (): STTOutput[] => items.filter((item) => item.turnId === turnId);
        if (bench.socket.says({ type: 'turn-ended' })) {
          await bench.until(`the end of the turn of "${text}" comes out`, () =>
            ofTurn().some(({ type }) => type === 'turn-ended'),
          );
          assert.equal(
            turnsOf(ofTurn(), 'turn-ended').length,
            1,
            `the turn of "${text}" ends once`,
          );
          const lastPartial = ofTurn().findLastIndex(
            (item) => item.type === 'transcript' && item.mode === 'partial',
          );
          const end = ofTurn().findIndex(({ type }) => type === 'turn-ended');
          assert(end > lastPartial, `the turn of "${text}" ends after its words`);
        }
        if (bench.socket.says({ type: 'turn-started' })) {
          const starts = ofTurn().map(({ type }) => type === 'turn-started');
          assert.deepEqual(
            starts,
            starts.map((_start, index) => index === 0),
            `the turn of "${text}" starts once, before its words`,
          );
        }
      }
    },
  },
  {
    id: 'turns-resume',
    title: 'tells an eager end from a final one, and goes on with the same turn when it is resumed',
    async run(bench) {
      const { stt, items } = await bench.start();
      const eagerEnd = { type: 'turn-ended', eager: true } as const;
      if (!stt.turnDetection || !bench.socket.says(eagerEnd)) return;
      bench.speak(stt, ada.pcm().slice(0, 200));
      await bench.socket.expectAudio({ durationMs: 100 });
      await bench.socket.turn('started');
      await bench.socket.turn('ended', { eager: true });
      const eager = await bench.until('the eager end comes out', () =>
        turnsOf(items, 'turn-ended').at(0),
      );
      assert.equal(eager.eager, true, 'an eager end must be marked as eager');
      if (!bench.socket.says({ type: 'turn-resumed' })) return;
      await bench.socket.turn('resumed');
      await bench.socket.turn('ended');
      const resumed = await bench.until('the resumed turn comes out', () =>
        turnsOf(items, 'turn-resumed').at(0),
      );
      const ended = await bench.until('the end of the resumed turn comes out', () =>
        turnsOf(items, 'turn-ended').at(1),
      );
      assert.notEqual(ended.eager, true, 'a final end must not be marked as eager');
      assert.deepEqual(
        [resumed.turnId, ended.turnId],
        [eager.turnId, eager.turnId],
        'a resumed turn keeps its id to its end',
      );
    },
  },
];
