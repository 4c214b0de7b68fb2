import { describe, expect, it } from 'vitest';
import {
  MONO_16K,
  MONO_48K,
  MONO_8K,
  PcmData,
  Resampler,
  type AudioTrack,
} from '../audio/index.ts';
import { ComponentErrorEvent } from '../component/index.ts';
import type { Participant } from '../events/index.ts';
import {
  Processor,
  type AudioProcessor,
  type AudioPublisher,
  type ProcessorInit,
  type WritableAudioTrack,
} from './index.ts';

const ada = { id: 'ada', userId: 'u1' };
const ben = { id: 'ben', userId: 'u2' };

/** Says what it heard of whom, and plays it back. */
class Echo extends Processor implements AudioProcessor, AudioPublisher {
  override readonly name = 'echo';
  readonly heard: { who: string; pcm: PcmData }[] = [];
  readonly left: string[] = [];
  process: (pcm: PcmData) => Promise<void> | void = () => undefined;
  readonly #track: WritableAudioTrack = this.createAudioTrack(MONO_8K);

  constructor(init: Partial<ProcessorInit> = {}) {
    super({ provider: 'acme', ...init });
  }

  processAudio(pcm: PcmData, participant: Participant | undefined): Promise<void> | void {
    this.heard.push({ who: participant?.id ?? 'nobody', pcm });
    this.#track.write(pcm);
    return this.process(pcm);
  }

  publishAudioTrack(): AudioTrack {
    return this.#track;
  }

  protected override onParticipantLeft(participantId: string): void {
    this.left.push(participantId);
  }
}

function tone(durationMs: number, sampleRate: number): PcmData {
  const frames = (durationMs * sampleRate) / 1_000;
  const samples = Int16Array.from(
    { length: frames },
    (_, index) => 8_000 * Math.sin((2 * Math.PI * 440 * index) / sampleRate),
  );
  return new PcmData({ samples, sampleRate });
}

const durationOf = (echo: Echo, who: string): number =>
  echo.heard.reduce((sum, heard) => sum + (heard.who === who ? heard.pcm.durationMs : 0), 0);

describe('a processor that listens', () => {
  it('is given each speaker apart, in its format, in order and whole', async () => {
    const echo = new Echo();
    const speech = tone(400, 48_000);
    for (const chunk of speech.slice(0, 200).chunks(960)) echo.send(chunk, ada);
    await echo.start();
    for (const chunk of speech.slice(200).chunks(960)) {
      echo.send(chunk, ada);
      echo.send(tone(20, 16_000), ben);
    }
    await echo.close();
    expect(echo.heard.every(({ pcm }) => pcm.sampleRate === 16_000)).toBe(true);
    const ofAda = echo.heard.filter(({ who }) => who === 'ada').map(({ pcm }) => pcm);
    expect(durationOf(echo, 'ben')).toBe(200);
    const resampler = new Resampler({ from: MONO_48K, to: MONO_16K });
    const whole = PcmData.concat([resampler.push(speech), resampler.flush()]);
    expect(PcmData.concat(ofAda).samples).toEqual(whole.samples);
    expect(echo.droppedMs).toBe(0);
  });

  it('takes the participant that is in the audio, and none', async () => {
    const echo = new Echo();
    await echo.start();
    const { samples, sampleRate } = tone(20, 16_000);
    echo.send(new PcmData({ samples, sampleRate, participant: ben }));
    echo.send(new PcmData({ samples, sampleRate }));
    await echo.close();
    expect(echo.heard.map(({ who }) => who)).toEqual(['ben', 'nobody']);
  });

  it('never waits: what is too much goes, the oldest first, and is counted', async () => {
    const echo = new Echo();
    const gate = Promise.withResolvers<void>();
    await echo.start();
    echo.process = () => gate.promise;
    for (let chunk = 0; chunk < 600; chunk += 1) echo.send(PcmData.silence(20, MONO_16K), ada);
    expect([echo.heard.length, echo.droppedMs]).toEqual([1, 1_980]);
    gate.resolve();
    await echo.close();
    expect(durationOf(echo, 'ada')).toBe(10_020);
  });

  it('goes on after audio that can not be processed', async () => {
    const echo = new Echo();
    const errors: string[] = [];
    echo.events.on(
      ComponentErrorEvent,
      ({ error, context }) => void errors.push(`${context}: ${error.message}`),
    );
    await echo.start();
    echo.process = () => {
      echo.process = () => undefined;
      throw new Error('too loud');
    };
    for (let chunk = 0; chunk < 3; chunk += 1) echo.send(tone(20, 16_000), ada);
    await echo.close();
    expect([echo.heard.length, errors]).toEqual([3, ['processAudio: too loud']]);
    expect(echo.metrics.get('processor.errors')?.sum).toBe(1);
  });

  it('forgets who has left once all their audio is processed, also before the start', async () => {
    const echo = new Echo();
    echo.send(tone(20, 48_000), ada);
    echo.participantLeft('ada');
    await echo.start();
    echo.send(tone(20, 48_000), ben);
    echo.participantLeft('ben');
    echo.participantLeft('nobody');
    await echo.close();
    expect([durationOf(echo, 'ada'), durationOf(echo, 'ben')]).toEqual([20, 20]);
    expect(echo.left.toSorted()).toEqual(['ada', 'ben', 'nobody']);
  });

  it('forgets whoever was silent the longest when there are too many', async () => {
    const echo = new Echo();
    await echo.start();
    const speak = (id: string): void => echo.send(tone(20, 16_000), { id, userId: id });
    for (let speaker = 0; speaker < 64; speaker += 1) speak(`s${speaker}`);
    speak('s0');
    speak('one-more');
    await echo.close();
    expect([echo.left, echo.heard.length]).toEqual([['s1'], 66]);
  });

  it('drops and counts what comes after the close, and refuses what is no audio', async () => {
    const echo = new Echo();
    expect(() => Reflect.apply(Reflect.get(echo, 'send'), echo, [new Int16Array(2)])).toThrow(
      'Make it with PcmData.fromBytes()',
    );
    expect(() => Reflect.apply(Reflect.get(echo, 'send'), echo, [tone(20, 16_000), {}])).toThrow(
      TypeError,
    );
    await echo.close();
    echo.send(tone(20, 16_000), ada);
    expect([echo.heard, echo.droppedMs]).toEqual([[], 20]);
  });
});

describe('a published audio track', () => {
  it('gives every reader what is written from then on, in its format, and ends', async () => {
    const echo = new Echo();
    await echo.start();
    const track = echo.publishAudioTrack();
    const readers = [new AbortController(), new AbortController()].map((abort) => {
      const read: PcmData[] = [];
      const ended = (async () => {
        for await (const pcm of track.audio({ signal: abort.signal })) read.push(pcm);
      })();
      return { abort, read, ended };
    });
    echo.send(tone(100, 48_000), ada);
    await new Promise(setImmediate);
    readers[0]?.abort.abort();
    await readers[0]?.ended;
    echo.send(tone(100, 48_000), ada);
    await echo.close();
    await readers[1]?.ended;
    const [left = [], stayed = []] = readers.map(({ read }) => read);
    expect(stayed.every(({ sampleRate }) => sampleRate === 8_000)).toBe(true);
    expect(PcmData.concat(stayed).durationMs).toBe(200);
    expect(PcmData.concat(left).durationMs).toBeLessThan(110);
    for await (const pcm of track.audio()) expect(pcm).toBe('nothing after the end');
  });

  it('is of 48 kHz unless told', async () => {
    class Plain extends Processor {
      override readonly name = 'plain';
      readonly track = this.createAudioTrack();
    }
    const plain = new Plain({ provider: 'acme' });
    expect(plain.track.format).toEqual(MONO_48K);
    await plain.close();
    plain.track.write(tone(20, 16_000));
  });
});
