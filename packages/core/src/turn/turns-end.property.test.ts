import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PcmData } from '../audio/index.ts';
import type { Participant } from '../events/index.ts';
import type { Turn } from '../stt/index.ts';
import { TurnDetector } from './index.ts';

const speakers = ['ada', 'ben', 'cleo'].map((id): Participant => ({ id, userId: id }));
const frameMs = 32;

/** Says with each frame what the sound of it stands for, and takes its time over some. */
class Parrot extends TurnDetector {
  constructor() {
    super({ provider: 'parrot', giveUpMs: 500 });
  }

  protected override async processAudio(
    pcm: PcmData,
    participant: Participant | undefined,
    { signal }: { signal: AbortSignal },
  ): Promise<void> {
    const said = Math.round((pcm.samples[0] ?? 0) * 10);
    if (said % 2 === 1) await new Promise(setImmediate);
    signal.throwIfAborted();
    if (said === 1 || said === 2) this.emitTurnStarted(participant);
    if (said === 3) this.emitTurnEnded(participant, { eager: true });
    if (said === 4) this.emitTurnResumed(participant);
    if (said === 5) this.emitTurnEnded(participant);
    if (said === 6) throw new Error('a bad frame');
  }
}

function frame(said: number): PcmData {
  return new PcmData({ samples: new Float32Array(512).fill(said / 10), sampleRate: 16_000 });
}

/** What may follow in one turn. */
function mayFollow(before: Turn | undefined, { type }: Turn): boolean {
  if (before === undefined) return type === 'turn-started';
  if (before.type !== 'turn-ended') return type === 'turn-ended';
  return before.eager === true && (type === 'turn-resumed' || type === 'turn-ended');
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ who: fc.nat(2), said: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ leaves: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ waitMs: fc.integer({ min: 1, max: 700 }) }) },
);

it('puts out whole turns, one after the other, whatever a detector says and whoever leaves', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const detector = new Parrot();
      await detector.start();
      let sentMs = 0;
      for (const next of steps) {
        if ('said' in next) {
          detector.send(frame(next.said), speakers[next.who]);
          sentMs += frameMs;
        } else if ('leaves' in next) detector.participantLeft(speakers[next.leaves]?.id ?? '');
        else await vi.advanceTimersByTimeAsync(next.waitMs);
      }
      for (let turn = 0; turn < 70; turn += 1) await new Promise(setImmediate);
      await vi.advanceTimersByTimeAsync(501);
      expect(vi.getTimerCount()).toBe(0);
      expect(detector.droppedMs).toBeLessThanOrEqual(sentMs);

      for (const { id } of speakers) {
        const turns = detector.output.peek().filter(({ participant }) => participant?.id === id);
        const ids = turns.map(({ turnId }) => turnId);
        expect(ids).toEqual([...Map.groupBy(ids, (turnId) => turnId).values()].flat());
        for (const [index, turn] of turns.entries()) {
          const before = turns[index - 1];
          const isNew = before?.turnId !== turn.turnId;
          expect(mayFollow(isNew ? undefined : before, turn)).toBe(true);
          if (isNew && before) expect(before).toMatchObject({ type: 'turn-ended' });
        }
        if (turns.length > 0) expect(turns.at(-1)).toMatchObject({ type: 'turn-ended' });
        expect(turns.at(-1)?.eager ?? false).toBe(false);
      }
      await detector.close();
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: 150 },
  );
});
