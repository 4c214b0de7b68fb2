import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MONO_16K, PcmData, STEREO_48K } from '../audio/index.ts';
import type { Participant } from '../events/index.ts';
import { TurnDetector, TurnDetectorErrorEvent } from './index.ts';
import type { TurnContext, TurnDetectorSettings } from './index.ts';

interface Voice {
  readonly number: number;
  frames: number;
}

type Look = (
  pcm: PcmData,
  participant: Participant | undefined,
  context: TurnContext<Voice>,
) => Promise<void> | void;

/** Notes what it is given, and says what a test wants. */
class Probe extends TurnDetector<Voice> {
  readonly looked: { pcm: PcmData; participant: Participant | undefined; state: Voice }[] = [];
  readonly left: [participant: string | undefined, state: Voice][] = [];
  readonly errors: string[] = [];
  look: Look = () => undefined;

  constructor(settings: Partial<TurnDetectorSettings> = {}) {
    let made = 0;
    const createState = (): Voice => ({ number: (made += 1), frames: 0 });
    super({ provider: 'acme', createState, ...settings });
    this.events.on(TurnDetectorErrorEvent, ({ error }) => void this.errors.push(error.message));
  }

  readonly say = {
    started: (participant?: Participant) => this.emitTurnStarted(participant, { confidence: 0.9 }),
    resumed: (participant?: Participant) => this.emitTurnResumed(participant),
    ended: (participant?: Participant, eager = false) =>
      this.emitTurnEnded(participant, { eager, confidence: null, trailingSilenceMs: 64 }),
  };

  protected override processAudio(
    pcm: PcmData,
    participant: Participant | undefined,
    context: TurnContext<Voice>,
  ): Promise<void> | void {
    context.state.frames += 1;
    this.looked.push({ pcm, participant, state: context.state });
    return this.look(pcm, participant, context);
  }

  protected override onSpeakerLeft(participant: Participant | undefined, state: Voice): void {
    this.left.push([participant?.id, state]);
  }

  /** What has come out, without ids. */
  get told(): string[] {
    return this.output.peek().map(({ type, eager, participant }) => {
      const who = participant ? ` of ${participant.id}` : '';
      return `${type}${eager ? ', perhaps' : ''}${who}`;
    });
  }
}

const ada = { id: 'ada', userId: 'u1' };
const ben = { id: 'ben', userId: 'u2' };
const frame = PcmData.silence(32, { ...MONO_16K, format: 'f32' });
const loud = new PcmData({ samples: new Float32Array(512).fill(0.5), sampleRate: 16_000 });

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
}

async function started(settings: Partial<TurnDetectorSettings> = {}): Promise<Probe> {
  const detector = new Probe(settings);
  await detector.start();
  return detector;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('the frames of a turn detector', () => {
  it('have the declared size and format, whatever comes', async () => {
    const detector = await started();
    const ramp = Int16Array.from({ length: 2 * 48_000 }, (_, index) => (index >> 1) % 20_000);
    const stereo = new PcmData({ samples: ramp, ...STEREO_48K });
    for (const chunk of stereo.chunks(977)) detector.send(chunk, ada);
    detector.send(PcmData.silence(100, MONO_16K), ada);
    await detector.close();
    expect(new Set(detector.looked.map(({ pcm }) => pcm.samples.length))).toEqual(new Set([512]));
    expect(detector.looked[0]?.pcm).toMatchObject({ sampleRate: 16_000, format: 'f32' });
    expect(detector.looked).toHaveLength(Math.floor(17_600 / 512));
    const joined = PcmData.concat(detector.looked.map(({ pcm }) => pcm));
    const expected = stereo.resample(16_000, 1).toFloat32();
    for (let index = 200; index < 6_000; index += 1)
      expect(joined.samples[index]).toBeCloseTo(expected.samples[index] ?? Number.NaN, 3);
  });

  it('come in order and one at a time, for each speaker by itself', async () => {
    const detector = await started();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    detector.look = (_pcm, participant) => (participant === ada ? gates[0] : gates[1])?.promise;
    for (const participant of [ada, ada, ben]) detector.send(frame, participant);
    await settle();
    expect(detector.looked.map(({ participant }) => participant?.id)).toEqual(['ada', 'ben']);
    for (const gate of gates) gate.resolve();
    await detector.close();
    expect(detector.looked).toHaveLength(3);
    expect(detector.looked.map(({ state }) => state.number)).toEqual([1, 2, 1]);
  });

  it('come one at a time over all speakers when it is declared serial', async () => {
    const detector = await started({ serial: true });
    const gate = Promise.withResolvers<void>();
    detector.look = () => gate.promise;
    for (const participant of [ada, ben]) detector.send(frame, participant);
    await settle();
    expect(detector.looked).toHaveLength(1);
    gate.resolve();
    await detector.close();
    expect(detector.looked).toHaveLength(2);
  });

  it('wait no longer than the backlog, and the oldest goes', async () => {
    const detector = await started({ maxBacklogMs: 320 });
    const gate = Promise.withResolvers<void>();
    detector.look = () => gate.promise;
    for (let count = 0; count < 100; count += 1) detector.send(frame);
    await settle();
    expect(detector.droppedMs).toBe(89 * 32);
    gate.resolve();
    await detector.close();
    expect(detector.looked).toHaveLength(11);
  });

  it('wait for the start, and are counted after the end', async () => {
    const detector = new Probe();
    detector.send(frame);
    await settle();
    expect(detector.looked).toHaveLength(0);
    await detector.start();
    await settle();
    expect(detector.looked).toHaveLength(1);
    await detector.close();
    detector.send(frame);
    expect(detector.droppedMs).toBe(32);
  });

  it('go on after one that failed, which is told once a second', async () => {
    const detector = await started();
    detector.look = (_pcm, _participant, { state }) => {
      if (state.frames < 5) throw new Error(state.frames === 3 ? 'other' : 'bad frame');
    };
    for (let count = 0; count < 6; count += 1) detector.send(frame);
    await settle();
    expect(detector.errors).toEqual(['bad frame', 'other']);
    expect(detector.looked).toHaveLength(6);
    await vi.advanceTimersByTimeAsync(1_000);
    detector.look = () => Promise.reject(new Error('bad frame'));
    detector.send(frame);
    await settle();
    expect(detector.errors).toEqual(['bad frame', 'other', 'bad frame']);
    await detector.close();
  });

  it('can be of another size, format and rate', async () => {
    const detector = await started({ frameSize: 80, inputFormat: { ...MONO_16K, channels: 2 } });
    detector.send(frame);
    await detector.close();
    expect(detector.looked.map(({ pcm }) => [pcm.frames, pcm.channels, pcm.format])).toEqual(
      Array.from({ length: 6 }, () => [80, 2, 's16']),
    );
  });

  it.each([
    [{ frameSize: 0 }, 'frameSize must be a positive integer, got 0'],
    [{ giveUpMs: 0 }, 'giveUpMs must be more than 0 milliseconds, got 0'],
    [{ maxBacklogMs: Number.NaN }, 'maxBacklogMs must be 0 or more milliseconds, got NaN'],
    [{ inputFormat: { ...MONO_16K, sampleRate: 0 } }, 'sampleRate must be a positive integer'],
  ])('can not be of %o', (settings, message) => {
    expect(() => new Probe(settings)).toThrow(message);
  });
});

describe('the turns of a detector', () => {
  it('start and end once, however often it is said', async () => {
    const detector = await started();
    detector.look = (_pcm, participant, { state }) => {
      if (state.frames <= 3) detector.say.started(participant);
      else detector.say.ended(participant);
    };
    for (let count = 0; count < 6; count += 1) detector.send(frame, ada);
    await settle();
    const [start, end] = detector.output.peek();
    expect(start).toMatchObject({ type: 'turn-started', participant: ada, confidence: 0.9 });
    expect(end).toEqual({
      type: 'turn-ended',
      participant: ada,
      turnId: start?.turnId,
      eager: false,
      trailingSilenceMs: 64,
      durationMs: 64,
    });
    expect(detector.output.size).toBe(2);
    expect(detector.metrics.get('turn.duration.ms')).toMatchObject({ count: 1, sum: 64 });
    expect(detector.metrics.get('turn.trailing_silence.ms')).toMatchObject({ count: 1, sum: 64 });
    await detector.close();
  });

  it('can perhaps end, and go on under the same id', async () => {
    const detector = await started();
    detector.send(frame);
    await settle();
    const { say } = detector;
    for (const tell of [say.started, () => say.ended(undefined, true), say.resumed]) tell();
    for (const tell of [() => say.ended(undefined, true), say.started, say.ended]) tell();
    say.started();
    say.ended();
    const items = detector.output.peek();
    expect(detector.told).toEqual([
      'turn-started',
      'turn-ended, perhaps',
      'turn-resumed',
      'turn-ended, perhaps',
      'turn-resumed',
      'turn-ended',
      'turn-started',
      'turn-ended',
    ]);
    expect(new Set(items.slice(0, 6).map(({ turnId }) => turnId)).size).toBe(1);
    expect(items[6]?.turnId).not.toBe(items[0]?.turnId);
    await detector.close();
  });

  it('end by themselves when nothing is heard for the time to give up', async () => {
    const detector = await started({ giveUpMs: 2_000 });
    detector.look = (pcm, participant) => {
      if (pcm.samples[0] !== 0) detector.say.started(participant);
    };
    detector.send(loud, ada);
    await settle();
    for (let count = 0; count < 50; count += 1) {
      detector.send(count < 10 ? loud : frame, ada);
      await vi.advanceTimersByTimeAsync(32);
    }
    expect(detector.told).toEqual(['turn-started of ada']);
    await vi.advanceTimersByTimeAsync(2_000 - 40 * 32 - 33);
    expect(detector.told).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(33);
    expect(detector.output.peek()[1]).toMatchObject({
      type: 'turn-ended',
      trailingSilenceMs: 2_000,
      durationMs: 11 * 32,
    });
    detector.send(loud, ada);
    await settle();
    expect(detector.told.at(-1)).toBe('turn-started of ada');
    await detector.close();
  });

  it('go on as long as the speaker is loud, however slow the detector is', async () => {
    const detector = await started({ giveUpMs: 1_000 });
    detector.send(loud);
    await settle();
    detector.say.started();
    const gate = Promise.withResolvers<void>();
    detector.look = () => gate.promise;
    for (let count = 0; count < 100; count += 1) {
      detector.send(loud);
      await vi.advanceTimersByTimeAsync(32);
    }
    expect(detector.told).toEqual(['turn-started']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(detector.told).toEqual(['turn-started', 'turn-ended']);
    gate.resolve();
    await detector.close();
  });

  it('are dropped for who is not known, before the start and after the end', async () => {
    const detector = new Probe();
    detector.send(frame, ada);
    detector.say.started(ada);
    await detector.start();
    detector.say.started(ben);
    await detector.close();
    detector.say.started(ada);
    expect(detector.output.size).toBe(0);
  });
});

describe('a speaker who leaves', () => {
  it('ends their turn, and begins anew when they come back', async () => {
    const detector = await started();
    detector.look = (_pcm, participant) => detector.say.started(participant);
    detector.send(frame, ada);
    detector.send(frame, ben);
    await settle();
    detector.participantLeft('ada');
    detector.participantLeft('nobody');
    detector.send(frame, ada);
    await settle();
    expect(detector.told).toEqual([
      'turn-started of ada',
      'turn-started of ben',
      'turn-ended of ada',
      'turn-started of ada',
    ]);
    expect(detector.left.map(([id, { number }]) => [id, number])).toEqual([['ada', 1]]);
    expect(detector.looked.at(-1)?.state.number).toBe(3);
    await detector.close();
    expect(detector.left.map(([id]) => id)).toEqual(['ada', 'ben', 'ada']);
  });

  it('cuts short what is looked at, without an error, and what waited is counted', async () => {
    const detector = await started();
    detector.look = (_pcm, participant, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          // It is not for who has come back meanwhile.
          detector.say.started(participant);
          reject(signal.reason);
        });
      });
    for (let count = 0; count < 4; count += 1) detector.send(frame, ada);
    await settle();
    detector.participantLeft('ada');
    detector.send(frame, ada);
    await settle();
    expect(detector.droppedMs).toBe(3 * 32);
    expect(detector.looked).toHaveLength(2);
    const closing = detector.close();
    await vi.advanceTimersByTimeAsync(1_000);
    await closing;
    expect(detector.told).toEqual([]);
    expect(detector.errors).toEqual([]);
  });

  it('is the one who was silent the longest when there are too many', async () => {
    const detector = await started();
    for (let number = 0; number <= 64; number += 1) {
      detector.send(frame, { id: `p${number}`, userId: 'u' });
      if (number === 10) detector.send(frame, { id: 'p0', userId: 'u' });
      await settle();
    }
    expect(detector.left.map(([id]) => id)).toEqual(['p1']);
    await detector.close();
    expect(detector.left).toHaveLength(65);
  });
});

describe('a turn detector', () => {
  it('needs no state, and takes audio without a participant or with its own', async () => {
    class Plain extends TurnDetector {
      readonly states: unknown[] = [];

      constructor() {
        super({ provider: 'plain' });
      }

      protected override processAudio(
        _pcm: PcmData,
        participant: Participant | undefined,
        { state }: TurnContext,
      ): void {
        this.states.push(state);
        this.emitTurnStarted(participant);
      }
    }
    const detector = new Plain();
    await detector.start();
    detector.send(frame);
    detector.send(new PcmData({ samples: frame.samples, sampleRate: 16_000, participant: ben }));
    await settle();
    expect(detector.states).toEqual([undefined, undefined]);
    expect(detector.output.peek().map(({ participant }) => participant)).toEqual([undefined, ben]);
    await detector.close();
  });

  it('refuses what is no audio, and who has no id', () => {
    const detector = new Probe();
    const send: unknown = Reflect.get(detector, 'send');
    const sendAny = (...values: unknown[]): unknown =>
      typeof send === 'function' ? Reflect.apply(send, detector, values) : undefined;
    expect(() => sendAny('audio')).toThrow('send() takes PcmData, got "audio"');
    expect(() => sendAny(frame, {})).toThrow('A participant has an id');
  });

  it('keeps its own methods', async () => {
    const detector = Object.assign(new Probe(), { send: () => undefined });
    await expect(detector.start()).rejects.toThrow(
      'Probe overrides send(), which belongs to TurnDetector. Implement processAudio() instead.',
    );
    await detector.close();
  });
});
