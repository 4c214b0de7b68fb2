import { describe, expect, it } from 'vitest';
import { MONO_16K, PcmData } from '../audio/index.ts';
import type { ProviderError } from '../errors/index.ts';
import type { Participant } from '../events/index.ts';
import { SegmentedSTT, STTErrorEvent, type SegmentedSTTInit, type Transcription } from './index.ts';

interface Request {
  utterance: PcmData;
  participant: Participant | undefined;
  signal: AbortSignal;
  resolve(result: Transcription | string | undefined): void;
  reject(error: Error): void;
}

/** Answers when the test says so. */
class Probe extends SegmentedSTT {
  readonly requests: Request[] = [];
  readonly errors: ProviderError[] = [];

  constructor(init: Partial<SegmentedSTTInit> = {}) {
    super({ provider: 'acme', ...init });
    this.events.on(STTErrorEvent, ({ error }) => void this.errors.push(error));
  }

  protected override transcribe(
    utterance: PcmData,
    { participant, signal }: { participant: Participant | undefined; signal: AbortSignal },
  ): Promise<Transcription | string | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<
      Transcription | string | undefined
    >();
    signal.addEventListener('abort', () => reject(new Error('aborted')));
    this.requests.push({ utterance, participant, signal, resolve, reject });
    return promise;
  }
}

const loud = new PcmData({ samples: new Int16Array(16_000).fill(8_000), sampleRate: 16_000 });
const pause = PcmData.silence(700, MONO_16K);
const ada = { id: 'ada', userId: 'u1' };
const ben = { id: 'ben', userId: 'u2' };

/** A few turns of the event loop: long audio is taken in parts. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
}

async function spoken(probe: Probe, times: number, participant?: Participant): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    probe.send(loud, participant);
    probe.send(pause, participant);
    await turns();
  }
}

async function started(init: Partial<SegmentedSTTInit> = {}): Promise<Probe> {
  const probe = new Probe(init);
  await probe.start();
  return probe;
}

describe('SegmentedSTT', () => {
  it('makes two requests at once, and puts the texts out in order', async () => {
    const probe = await started();
    await spoken(probe, 3);
    expect(probe.requests).toHaveLength(2);
    probe.requests[1]?.resolve({ text: 'second', language: 'en' });
    await turns();
    expect(probe.output.size).toBe(0);
    expect(probe.requests).toHaveLength(3);
    probe.requests[0]?.resolve('first');
    probe.requests[2]?.resolve('third');
    const items = [await probe.output.get(), await probe.output.get(), await probe.output.get()];
    expect(items).toMatchObject([
      { text: 'first', mode: 'final', audioDurationMs: 1_500 },
      { text: 'second', language: 'en' },
      { text: 'third' },
    ]);
    await probe.close();
  });

  it('gives each speaker their own words, side by side', async () => {
    const probe = await started();
    await spoken(probe, 1, ada);
    await spoken(probe, 1, ben);
    expect(probe.requests.map(({ participant }) => participant)).toEqual([ada, ben]);
    probe.requests[1]?.resolve('of ben');
    expect(await probe.output.get()).toMatchObject({ text: 'of ben', participant: ben });
    await probe.close();
  });

  it('makes one request at a time over all speakers when it is declared serial', async () => {
    const probe = await started({ serial: true });
    await spoken(probe, 1, ada);
    await spoken(probe, 1, ben);
    expect(probe.requests).toHaveLength(1);
    probe.requests[0]?.reject(new Error('broken'));
    await turns();
    expect(probe.requests).toHaveLength(2);
    await probe.close();
  });

  it('makes an event of a request that fails, counts its audio, and goes on', async () => {
    const probe = await started();
    await spoken(probe, 2);
    probe.requests[0]?.reject(new Error('broken'));
    probe.requests[1]?.resolve('second');
    expect(await probe.output.get()).toMatchObject({ text: 'second' });
    expect(probe.errors.map(({ message }) => message)).toEqual(['broken']);
    expect(probe.droppedMs).toBe(1_500);
    await probe.close();
  });

  it('drops the oldest utterance when too many wait, and counts it', async () => {
    const probe = await started();
    await spoken(probe, 7);
    expect(probe.droppedMs).toBe(1_700);
    await probe.close();
  });

  it('transcribes what is under way when it closes', async () => {
    const probe = await started();
    probe.send(loud);
    const close = probe.close();
    await turns();
    probe.requests[0]?.resolve('last words');
    await close;
    expect(await probe.output.collect()).toMatchObject([{ text: 'last words' }]);
  });

  it('aborts what is still under way when closing takes too long, without an error', async () => {
    const probe = await started();
    await spoken(probe, 1);
    const [request] = probe.requests;
    await probe.close();
    expect(request?.signal.aborted).toBe(true);
    expect(probe.errors).toEqual([]);
  });

  it('loses no word of a speaker who comes back while their last words are transcribed', async () => {
    const probe = await started();
    probe.send(loud, ada);
    await turns();
    probe.participantLeft('ada');
    await turns();
    probe.send(loud, ada);
    await turns();
    probe.requests[0]?.resolve('before');
    await turns();
    probe.send(pause, ada);
    await turns();
    expect(probe.requests.map(({ utterance }) => utterance.durationMs)).toEqual([1_000, 1_500]);
    await probe.close();
  });

  it('asks for nothing any more once it has closed', async () => {
    const probe = await started({ serial: true });
    await spoken(probe, 1, ada);
    await spoken(probe, 1, ben);
    await probe.close();
    await turns();
    expect(probe.requests).toHaveLength(1);
    expect(probe.errors).toEqual([]);
  });

  it('lets a turn detector decide, and a speaker go', async () => {
    const probe = await started({ segmentation: { by: 'turns' } });
    probe.turnStarted(ada);
    await spoken(probe, 1, ada);
    expect(probe.requests).toHaveLength(0);
    probe.turnEnded(ada);
    expect(probe.requests).toHaveLength(1);
    probe.turnStarted(ada);
    await spoken(probe, 1, ada);
    probe.participantLeft('ada');
    await turns();
    expect(probe.requests).toHaveLength(2);
    await probe.close();
  });
});
