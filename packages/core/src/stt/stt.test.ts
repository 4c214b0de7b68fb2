import { describe, expect, it } from 'vitest';
import { MONO_16K, PcmData } from '../audio/index.ts';
import type { Participant } from '../events/index.ts';
import { STT, STTErrorEvent, type STTInit } from './index.ts';

/** Notes what it is given, and says what a test wants. */
class Probe extends STT {
  readonly processed: { pcm: PcmData; participant: Participant | undefined }[] = [];
  process: (pcm: PcmData, participant: Participant | undefined) => Promise<void> | void = () =>
    undefined;

  constructor(init: Partial<STTInit> = {}) {
    super({ provider: 'acme', ...init });
  }

  protected override processAudio(
    pcm: PcmData,
    participant: Participant | undefined,
  ): Promise<void> | void {
    this.processed.push({ pcm, participant });
    return this.process(pcm, participant);
  }

  readonly say = {
    partial: (text: string, participant?: Participant) =>
      this.emitPartialTranscript(text, participant),
    final: (text: string, participant?: Participant) =>
      this.emitTranscript(text, participant, {
        confidence: null,
        language: 'en',
        processingTimeMs: 80,
        audioDurationMs: 900,
      }),
    started: () => this.emitTurnStarted(),
    resumed: () => this.emitTurnResumed(),
    ended: (eager = false) => this.emitTurnEnded(undefined, { eager, durationMs: 1_200 }),
  };
}

const ada = { id: 'ada', userId: 'u1' };
const ben = { id: 'ben', userId: 'u2' };
const chunk = PcmData.silence(20, MONO_16K);

function turnIds(stt: STT): string[] {
  const ids = stt.output.peek().map(({ turnId }) => turnId);
  const names = [...new Set(ids)];
  return ids.map((id) => String.fromCharCode(65 + names.indexOf(id)));
}

describe('STT', () => {
  it('processes one chunk of a speaker at a time, and speakers side by side', async () => {
    const stt = new Probe();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    stt.process = (_pcm, participant) => (participant === ada ? gates[0] : gates[1])?.promise;
    await stt.start();
    for (const participant of [ada, ada, ben]) stt.send(chunk, participant);
    expect(stt.processed.map(({ participant }) => participant?.id)).toEqual(['ada', 'ben']);
    for (const gate of gates) gate.resolve();
    await stt.close();
    expect(stt.processed).toHaveLength(3);
  });

  it('processes one chunk at a time over all speakers when it is declared serial', async () => {
    const stt = new Probe({ serial: true });
    let running = 0;
    let most = 0;
    stt.process = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
    };
    await stt.start();
    for (const participant of [ada, ben, ada, ben]) stt.send(chunk, participant);
    await stt.close();
    expect([stt.processed.length, most]).toEqual([4, 1]);
  });

  it('makes an event of what processing throws, and processes the next chunk', async () => {
    const stt = new Probe();
    stt.process = () => {
      throw new Error('cannot process');
    };
    await stt.start();
    const told = stt.events.once(STTErrorEvent);
    stt.send(chunk, ada);
    expect(await told).toMatchObject({
      context: 'processAudio',
      participant: ada,
      provider: 'acme',
    });
    stt.process = () => undefined;
    stt.send(chunk, ada);
    await stt.close();
    expect(stt.processed).toHaveLength(2);
    expect(stt.metrics.get('stt.errors')?.sum).toBe(1);
  });

  it('gives the provider its own format, with the tail that the resampler held back', async () => {
    const stt = new Probe({ inputFormat: { sampleRate: 8_000, channels: 1, format: 'f32' } });
    await stt.start();
    const stereo = PcmData.silence(1_000, { sampleRate: 48_000, channels: 2, format: 's16' });
    for (const part of stereo.chunks(960)) stt.send(part);
    await stt.close();
    const heard = PcmData.concat(stt.processed.map(({ pcm }) => pcm));
    expect(heard).toMatchObject({ sampleRate: 8_000, channels: 1, format: 'f32', frames: 8_000 });
  });

  it('takes the participant of the audio, unless another is given', async () => {
    const stt = new Probe();
    await stt.start();
    const spoken = new PcmData({
      samples: new Int16Array(320),
      sampleRate: 16_000,
      participant: ada,
    });
    stt.send(spoken);
    stt.send(spoken, ben);
    await stt.close();
    expect(stt.processed.map(({ participant }) => participant)).toEqual([ada, ben]);
  });

  it('takes a long piece apart, and keeps the end of it', async () => {
    const stt = new Probe();
    const long = PcmData.silence(60_000, { sampleRate: 48_000, channels: 2, format: 's16' });
    stt.send(long);
    expect(stt.droppedMs).toBe(50_000);
    await stt.start();
    await stt.close();
    const heardMs = stt.processed.reduce((sum, { pcm }) => sum + pcm.durationMs, 0);
    expect(heardMs).toBe(10_000);
    expect(stt.droppedMs).toBe(50_000);
  });

  it('refuses a participant without an id', () => {
    const send: unknown = Reflect.get(new Probe(), 'send');
    expect(
      () => typeof send === 'function' && Reflect.apply(send, new Probe(), [chunk, 'bob']),
    ).toThrow('A participant has an id, got "bob"');
  });

  it('processes all that a speaker has said who leaves just before it closes', async () => {
    const stt = new Probe();
    stt.process = () => new Promise(setImmediate);
    await stt.start();
    for (let index = 0; index < 20; index += 1) stt.send(chunk, ada);
    stt.participantLeft('ada');
    await stt.close();
    expect([stt.processed.length, stt.droppedMs]).toEqual([20, 0]);
  });

  it('keeps what a speaker has said who leaves before it has started', async () => {
    const stt = new Probe();
    stt.send(chunk, ada);
    stt.participantLeft('ada');
    stt.send(chunk, ada);
    await stt.start();
    await stt.close();
    expect([stt.processed.length, stt.droppedMs]).toEqual([2, 0]);
  });

  it('processes nothing any more after onClose, and counts it once', async () => {
    const steps: string[] = [];
    class Slow extends Probe {
      protected override onClose(): void {
        steps.push('closed');
      }
    }
    const stt = new Slow();
    const gate = Promise.withResolvers<void>();
    stt.process = async () => {
      await gate.promise;
      steps.push('processed');
    };
    await stt.start();
    for (let index = 0; index < 3; index += 1) stt.send(chunk, ada);
    stt.signal.addEventListener('abort', () => gate.resolve());
    await stt.close();
    expect(steps).toEqual(['processed', 'closed']);
    expect([stt.processed.length, stt.droppedMs]).toEqual([1, 40]);
  });

  it('makes an event of audio that cannot be converted, and goes on', async () => {
    const stt = new Probe();
    await stt.start();
    const told = stt.events.once(STTErrorEvent);
    stt.send(new PcmData({ samples: new Int16Array(2_000), sampleRate: 2 ** 40 + 15 }));
    stt.send(chunk);
    expect(await told).toMatchObject({ context: 'processAudio' });
    await stt.close();
    expect(stt.processed).toHaveLength(1);
  });

  it('lets the one who was silent the longest go when there are too many', async () => {
    const stt = new Probe();
    await stt.start();
    for (let index = 0; index < 70; index += 1) {
      stt.send(chunk, { id: `p${index}`, userId: 'u' });
      stt.send(chunk, ada);
    }
    await stt.close();
    expect(stt.processed.filter(({ participant }) => participant === ada)).toHaveLength(70);
  });

  it('labels the items of a turn alike, without turn events up to the final text', () => {
    const stt = new Probe();
    stt.say.partial('a');
    stt.say.final('a');
    stt.say.final('b');
    stt.say.partial('c');
    stt.say.final('c');
    expect(turnIds(stt)).toEqual(['A', 'A', 'B', 'C', 'C']);
  });

  it('labels the items of a turn alike, with turn events from start to start', () => {
    const stt = new Probe({ turnDetection: true });
    stt.say.started();
    stt.say.partial('a');
    stt.say.final('a');
    stt.say.final('b');
    stt.say.ended(true);
    stt.say.resumed();
    stt.say.ended();
    stt.say.started();
    stt.say.ended();
    stt.say.final('late, and of the same turn');
    stt.say.partial('of the next');
    expect(turnIds(stt).join('')).toBe('AAAAAAABBBC');
    expect(stt.metrics.get('turn.duration.ms')).toMatchObject({ count: 2 });
  });

  it('puts out what is known, drops what is empty, and nothing once it is closed', async () => {
    const stt = new Probe({ model: 'general' });
    stt.say.final(' \n');
    stt.say.final('hello', ada);
    expect(stt.output.peek()).toEqual([
      {
        type: 'transcript',
        mode: 'final',
        text: 'hello',
        participant: ada,
        turnId: expect.any(String),
        language: 'en',
        processingTimeMs: 80,
        audioDurationMs: 900,
        modelName: 'general',
      },
    ]);
    expect(stt.metrics.toJSON()).toMatchObject({
      'stt.latency.ms': { count: 1, sum: 80 },
      'stt.audio_duration.ms': { count: 1, sum: 900 },
    });
    await stt.close();
    stt.say.final('too late');
    expect(stt.output.size).toBe(1);
  });

  it('drops partial transcripts, and nothing else, when nobody reads', () => {
    const stt = new Probe();
    for (let index = 0; index < 1_500; index += 1) stt.say.partial('x');
    stt.say.final('y');
    expect(stt.output.size).toBe(1_001);
  });
});
