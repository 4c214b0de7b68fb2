import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/manual-clock.ts';
import { MONO_16K, PcmData } from '../audio/index.ts';
import { SpeakerMixer } from './speaker-mixer.ts';

const ada = { id: '1', userId: 'ada' };
const ben = { id: '2', userId: 'ben' };

function level(value: number, durationMs = 20): PcmData {
  return new PcmData({ samples: new Int16Array(durationMs * 16).fill(value), sampleRate: 16_000 });
}

function makeMixer(): {
  clock: ManualClock;
  mixer: SpeakerMixer;
  say: (who: typeof ada, pcm: PcmData) => void;
  /** The value and the length of each piece that came out. */
  pieces: [first: number | undefined, durationMs: number][];
} {
  const clock = new ManualClock();
  const pieces: [number | undefined, number][] = [];
  const mixer = new SpeakerMixer({
    format: MONO_16K,
    clock,
    deliver: ({ samples, durationMs }) => void pieces.push([samples[0], durationMs]),
  });
  return { clock, mixer, pieces, say: (who, pcm) => mixer.put(who.id, pcm, who) };
}

describe('SpeakerMixer', () => {
  it('passes on one who speaks alone as it comes', () => {
    const { say, pieces } = makeMixer();
    say(ada, level(1));
    say(ada, level(2, 30));
    expect(pieces).toEqual([
      [1, 20],
      [2, 30],
    ]);
  });

  it('adds up those who speak at once, whatever their pieces, and stays in range', () => {
    const { say, pieces } = makeMixer();
    say(ada, level(100));
    say(ben, level(1_000, 30));
    say(ada, level(200, 40));
    say(ben, level(32_000));
    expect(pieces).toEqual([
      [100, 20],
      [1_200, 30],
      [32_200, 10],
    ]);
    say(ada, level(32_000));
    expect(pieces.at(-1)?.[0]).toBe(32_767);
  });

  it('waits for another no longer than 100 ms, and not at all for one who is gone', async () => {
    const { clock, say, pieces } = makeMixer();
    say(ada, level(1));
    say(ben, level(1));
    for (let chunk = 0; chunk < 8; chunk += 1) say(ben, level(5));
    const givenMs = (): number => pieces.reduce((sum, [, durationMs]) => sum + durationMs, 0);
    expect(givenMs()).toBe(20 + 80);
    await clock.pass(250);
    say(ben, level(5));
    expect(givenMs()).toBe(20 + 200);
  });

  it('forgets who leaves, and gives on what waited for that one', () => {
    const { mixer, say, pieces } = makeMixer();
    say(ada, level(1));
    say(ben, level(2));
    expect(pieces).toEqual([[1, 20]]);
    mixer.leave(ada.id);
    expect(pieces.at(-1)).toEqual([2, 20]);
    expect(mixer.loudest).toBe(ben);
  });

  it('knows who is the loudest of late', () => {
    const { mixer, say } = makeMixer();
    expect(mixer.loudest).toBeUndefined();
    say(ada, level(10_000, 1_000));
    say(ben, level(100, 1_000));
    expect(mixer.loudest).toBe(ada);
    for (let second = 0; second < 5; second += 1) {
      say(ada, level(0, 1_000));
      say(ben, level(3_000, 1_000));
    }
    expect(mixer.loudest).toBe(ben);
  });
});
