import { describe, expect, it } from 'vitest';
import { HurriedClock } from '../../test/hurried-clock.ts';
import { MONO_16K, MONO_24K, PcmData, Resampler, type AudioFormat } from '../audio/index.ts';
import { ProviderError } from '../errors/index.ts';
import {
  TTS,
  TTSErrorEvent,
  TTSSynthesisCompleteEvent,
  TTSSynthesisStartEvent,
  type SpeechContext,
  type TextTiming,
  type TTSAudio,
  type TTSAudioItem,
  type TTSInit,
  type TTSOutputChunk,
} from './index.ts';

/** A rising ramp, so that a sample that is lost or moved shows. */
function ramp(frames: number, format: AudioFormat = MONO_16K): PcmData {
  const samples = Int16Array.from({ length: frames * format.channels }, (_, i) => i % 20_000);
  return new PcmData({ samples, sampleRate: format.sampleRate, channels: format.channels });
}

/** Speaks as a test wants, and notes what it is asked. */
class Probe extends TTS {
  readonly asked: { text: string; context: SpeechContext }[] = [];
  readonly stops: unknown[] = [];
  readonly errors: ProviderError[] = [];
  speak: (text: string, context: SpeechContext) => TTSAudio | Promise<TTSAudio> = () => ramp(320);
  stop: () => Promise<void> | void = () => undefined;

  constructor(init: Partial<TTSInit> = {}) {
    super({ provider: 'acme', model: 'm1', providerFormat: MONO_16K, ...init });
    this.events.on(TTSErrorEvent, ({ error }) => void this.errors.push(error));
  }

  protected override streamAudio(
    text: string,
    context: SpeechContext,
  ): TTSAudio | Promise<TTSAudio> {
    this.asked.push({ text, context });
    return this.speak(text, context);
  }

  protected override stopAudio(options: { playedMs?: number }): Promise<void> | void {
    this.stops.push(options);
    return this.stop();
  }
}

/** Takes a text as it comes in. */
class StreamingProbe extends Probe {
  protected override async *streamText(
    text: AsyncIterable<string>,
    context: SpeechContext,
  ): AsyncGenerator<PcmData> {
    for await (const piece of text) {
      this.asked.push({ text: piece, context });
      yield ramp(160);
    }
  }
}

async function* from<T>(...items: readonly T[]): AsyncGenerator<T, void, undefined> {
  for (const item of items) yield item;
}

async function collect(speech: AsyncIterable<TTSOutputChunk>): Promise<TTSOutputChunk[]> {
  const chunks: TTSOutputChunk[] = [];
  for await (const chunk of speech) chunks.push(chunk);
  return chunks;
}

function audioOf(chunks: readonly TTSOutputChunk[]): PcmData {
  return PcmData.concat(chunks.flatMap(({ pcm }) => pcm ?? []));
}

const never = new Promise<never>(() => undefined);

describe('what a plugin may give', () => {
  const whole = ramp(1_000);
  const bytes = whole.toBytes();
  const sources: [string, () => TTSAudio | Promise<TTSAudio>][] = [
    ['PcmData', () => whole],
    ['a promise of PcmData', async () => whole],
    ['bytes', () => bytes],
    ['a Buffer', () => Buffer.from(bytes)],
    ['an async iterable of PcmData', () => from(...whole.chunks(300))],
    ['a promise of an iterable of PcmData', async () => [...whole.chunks(300)]],
    ['bytes that are cut at odd places', () => from(...cut(bytes, 7))],
    ['single bytes', () => from(...cut(bytes, 1))],
    ['a web stream of bytes', () => ReadableStream.from(cut(bytes, 333))],
    ['a promise of a web stream', async () => ReadableStream.from([bytes])],
    ['the body of a response', () => bodyOf(bytes)],
    ['a WAV', () => whole.toWav()],
    ['a WAV that is cut at odd places', () => from(...cut(whole.toWav(), 11))],
    [
      'bytes and PcmData in turn',
      () => from<TTSAudioItem>(bytes.subarray(0, 1_000), whole.slice(31.25)),
    ],
  ];

  it.for(sources)('is %s', async ([, speak]) => {
    const tts = new Probe();
    tts.speak = speak;
    const chunks = await collect(tts.send('Hello.'));
    expect(audioOf(chunks).samples).toEqual(whole.samples);
    expect(chunks.map(({ index }) => index)).toEqual(chunks.map((_, i) => i));
    expect(chunks.map(({ final }) => final)).toEqual(chunks.map((_, i) => i === chunks.length - 1));
    expect(new Set(chunks.map(({ synthesisId }) => synthesisId)).size).toBe(1);
    await tts.close();
  });

  it('gives one final chunk for audio that is whole', async () => {
    const tts = new Probe();
    expect(await collect(tts.send('Hello.'))).toMatchObject([
      { index: 0, final: true, text: 'Hello.' },
    ]);
    await tts.close();
  });

  it('leaves out an incomplete last frame', async () => {
    const tts = new Probe();
    tts.speak = () => from(bytes, bytes.subarray(0, 1));
    expect(audioOf(await collect(tts.send('Hello.'))).frames).toBe(1_000);
    await tts.close();
  });

  it('reads a streamed WAV of another rate, and not what follows its audio', async () => {
    const wav = ramp(2_400, MONO_24K).toWav();
    const tts = new Probe();
    tts.speak = () => from(...cut(Buffer.concat([wav, Buffer.from('LIST\x04\0\0\0info')]), 100));
    expect(audioOf(await collect(tts.send('Hello.')))).toMatchObject({
      frames: 1_600,
      sampleRate: 16_000,
    });
    const open = Buffer.from(wav);
    open.writeUInt32LE(0xffff_ffff, 40);
    tts.speak = () => open;
    expect(audioOf(await collect(tts.send('Hello.'))).frames).toBe(1_600);
    await tts.close();
  });

  it.for([
    ['raw bytes without a format', {}, 'declare it: super({ providerFormat })'],
    ['MP3', { providerFormat: MONO_16K }, 'sent MP3'],
  ] as const)('refuses %s, and says what to do', async ([, init, message]) => {
    const tts = new Probe({ providerFormat: undefined, ...init });
    tts.speak = () => Buffer.concat([Buffer.from('ID3'), Buffer.alloc(200)]);
    if (!('providerFormat' in init)) tts.speak = () => bytes;
    await expect(collect(tts.send('Hello.'))).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining(message),
    });
    await tts.close();
  });

  it.for([
    ['neither audio nor a stream', (): unknown => 'pcm'],
    ['a stream of something else', (): unknown => from('pcm')],
  ] as const)('refuses %s', async ([, speak]) => {
    const tts = new Probe();
    Reflect.set(tts, 'speak', speak);
    await expect(collect(tts.send('Hello.'))).rejects.toMatchObject({
      kind: 'internal',
      message: expect.stringContaining('"pcm"'),
    });
    await tts.close();
  });
});

describe('the output format', () => {
  it('is 16 kHz mono s16 until told otherwise, without a seam', async () => {
    const tts = new Probe({ providerFormat: MONO_24K });
    const resampler = new Resampler({ from: MONO_24K, to: MONO_16K });
    tts.speak = () => from(...cut(ramp(24_000, MONO_24K).toBytes(), 1_001));
    expect(audioOf(await collect(tts.send('Hello.'))).samples).toEqual(
      PcmData.concat([resampler.push(ramp(24_000, MONO_24K)), resampler.flush()]).samples,
    );
    tts.setOutputFormat({ sampleRate: 48_000, channels: 2, format: 'f32' });
    expect(audioOf(await collect(tts.send('Hello.')))).toMatchObject({
      sampleRate: 48_000,
      channels: 2,
      format: 'f32',
      frames: 48_000,
    });
    await tts.close();
  });

  it('changes with the next text, not in the middle of one', async () => {
    const tts = new Probe();
    tts.speak = () => from(ramp(100), ramp(100));
    const speech = tts.send('Hello.');
    await speech.next();
    tts.setOutputFormat(MONO_24K);
    expect((await collect(speech)).flatMap(({ pcm }) => pcm?.sampleRate ?? [])).toEqual([16_000]);
    expect(audioOf(await collect(tts.send('Hello.'))).sampleRate).toBe(24_000);
    expect(() => tts.setOutputFormat({ ...MONO_24K, sampleRate: 0 })).toThrow(RangeError);
    await tts.close();
  });
});

describe('texts', () => {
  it.for(['', ' \n\t', '🎉', '**', '# ', '…', '---'])(
    'asks nothing of the provider for %j',
    async (text) => {
      const tts = new Probe();
      expect(await collect(tts.send(text))).toMatchObject([
        { index: 0, final: true, pcm: undefined, text },
      ]);
      expect(await collect(tts.send(from(text, '')))).toMatchObject([{ final: true }]);
      expect(tts.asked).toEqual([]);
      await tts.close();
    },
  );

  it.for(['7', 'é', '你好', '€', '50 %', 'मैं'])('has %j spoken', async (text) => {
    const tts = new Probe();
    expect(await collect(tts.send(text))).toHaveLength(1);
    expect(tts.asked).toMatchObject([{ text }]);
    await tts.close();
  });

  it('refuses what is no text', () => {
    const tts = new Probe();
    const send: unknown = Reflect.get(tts, 'send');
    expect(() => typeof send === 'function' && Reflect.apply(send, tts, [42])).toThrow('got 42');
  });

  it('gives a text that comes in piece by piece as a whole, or in its pieces', async () => {
    const whole = new Probe();
    await collect(whole.send(from('Hel', 'lo ', '', 'you.')));
    expect(whole.asked.map(({ text }) => text)).toEqual(['Hello you.']);
    const streaming = new StreamingProbe();
    const chunks = await collect(streaming.send(from(' ', 'Hel', 'lo ', '', 'you.')));
    expect(streaming.asked.map(({ text }) => text)).toEqual([' ', 'Hel', 'lo ', 'you.']);
    expect(chunks.at(-1)?.text).toBe(' Hello you.');
    expect([whole.streaming, streaming.streaming]).toEqual([false, true]);
    await Promise.all([whole.close(), streaming.close()]);
  });

  it('breaks off with a text that breaks off', async () => {
    const tts = new StreamingProbe();
    await expect(collect(tts.send(brokenText()))).rejects.toThrow('model gone');
    await tts.close();
  });

  it('tells what was said before in the turn', async () => {
    const tts = new Probe();
    for (const text of ['One.', 'Two.']) await collect(tts.send(text));
    await collect(tts.send('Three.', { turnId: 't2' }));
    await collect(tts.send('Four.', { turnId: 't2' }));
    await tts.interrupt();
    await collect(tts.send('Five.'));
    expect(tts.asked.map(({ context }) => context.previousText)).toEqual([
      undefined,
      'One.',
      undefined,
      'Three.',
      undefined,
    ]);
    const turns = tts.asked.map(({ context }) => context.turnId);
    expect(turns[0]).toBe(turns[1]);
    expect(turns.slice(2, 4)).toEqual(['t2', 't2']);
    expect(turns[4]).not.toBe(turns[0]);
    await tts.close();
  });
});

describe('an interrupt', () => {
  it('ends a reader in the middle of an await, and lets go of the provider', async () => {
    const tts = new Probe();
    const letGo = Promise.withResolvers<void>();
    tts.speak = () => ({
      [Symbol.asyncIterator]: () => ({
        next: () => never,
        return: async () => {
          letGo.resolve();
          return { value: undefined, done: true };
        },
      }),
    });
    const reading = tts.send('Hello.').next();
    await expect.poll(() => tts.asked.length).toBe(1);
    await tts.interrupt({ playedMs: 120 });
    expect(await reading).toEqual({ value: undefined, done: true });
    await letGo.promise;
    expect(tts.asked[0]?.context.signal.aborted).toBe(true);
    expect(tts.stops).toEqual([{ playedMs: 120 }]);
    expect([tts.epoch, tts.errors]).toEqual([1, []]);
    await tts.close();
  });

  it('ends what was sent before it and is read after it, and not what is sent after it', async () => {
    const tts = new Probe();
    const before = tts.send('Before.');
    void tts.interrupt();
    const after = tts.send('After.');
    expect(await collect(before)).toEqual([]);
    expect(await collect(after)).toHaveLength(1);
    expect(tts.asked.map(({ text }) => text)).toEqual(['After.']);
    await tts.close();
  });

  it('holds back a chunk that is ready and was not looked at, and leaves one that was', async () => {
    const tts = new Probe();
    tts.speak = () => from(ramp(1), ramp(2), ramp(3));
    const speech = tts.send('Hello.');
    const [seen, unseen] = [await speech.next(), await speech.next()];
    expect(seen).toMatchObject({ done: false, value: { index: 0 } });
    await tts.interrupt();
    expect(unseen).toEqual({ done: true, value: undefined });
    expect(seen).toMatchObject({ done: false, value: { index: 0 } });
    await tts.close();
  });

  it('lets go of a provider that answers after it', async () => {
    const tts = new Probe();
    const answer = Promise.withResolvers<TTSAudio>();
    const cancelled = Promise.withResolvers<void>();
    tts.speak = () => answer.promise;
    const reading = tts.send('Hello.').next();
    await expect.poll(() => tts.asked.length).toBe(1);
    await tts.interrupt();
    expect(await reading).toMatchObject({ done: true });
    answer.resolve(new ReadableStream<Uint8Array>({ cancel: () => cancelled.resolve() }));
    await cancelled.promise;
    await tts.close();
  });

  it('cancels a web stream that waits, though nobody heeds the signal', async () => {
    const tts = new Probe();
    const cancelled = Promise.withResolvers<void>();
    tts.speak = () =>
      new ReadableStream<Uint8Array>({
        pull: () => never,
        cancel: () => cancelled.resolve(),
      });
    const reading = tts.send('Hello.').next();
    await expect.poll(() => tts.asked.length).toBe(1);
    await tts.interrupt();
    await cancelled.promise;
    await reading;
    await tts.close();
  });

  it('makes no error of what the provider throws because of it', async () => {
    const tts = new Probe();
    tts.speak = (_text, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const reading = collect(tts.send('Hello.'));
    await expect.poll(() => tts.asked.length).toBe(1);
    await tts.interrupt();
    expect(await reading).toEqual([]);
    expect(tts.errors).toEqual([]);
    await tts.close();
  });

  it('tells of a stopAudio() that fails, or hangs, and goes on', async () => {
    const clock = new HurriedClock(30_000, 5_000, 2_000);
    const tts = new Probe().useClock(clock);
    tts.stop = () => Promise.reject(new Error('no'));
    await tts.interrupt();
    tts.stop = () => never;
    await tts.interrupt();
    expect(tts.errors.map(({ message }) => message)).toEqual([
      'no',
      'stopAudio() did not finish within 1000 ms',
    ]);
    tts.stop = () => undefined;
    await tts.close();
  });
});

describe('the end of speech', () => {
  it('comes at once when the signal of the caller is aborted', async () => {
    const tts = new Probe();
    const caller = new AbortController();
    tts.speak = async function* () {
      yield ramp(10);
      await never;
    };
    const speech = tts.send('Hello.', { signal: caller.signal });
    expect(await speech.next()).toMatchObject({ value: { index: 0, final: false } });
    const reading = speech.next();
    caller.abort();
    expect(await reading).toMatchObject({ done: true });
    expect(await collect(tts.send('Hello.', { signal: caller.signal }))).toEqual([]);
    expect([tts.asked.length, tts.epoch, tts.errors]).toEqual([1, 0, []]);
    await tts.close();
  });

  it('lets go of the provider when the reader leaves', async () => {
    const tts = new Probe();
    const letGo = Promise.withResolvers<void>();
    tts.speak = async function* () {
      try {
        for (;;) yield ramp(10);
      } finally {
        letGo.resolve();
      }
    };
    for await (const chunk of tts.send('Hello.')) if (chunk.index === 2) break;
    await letGo.promise;
    expect(tts.asked[0]?.context.signal.aborted).toBe(true);
    await tts.close();
  });

  it('is a rejection and an error event when the provider breaks off', async () => {
    const tts = new Probe();
    tts.speak = async function* () {
      yield ramp(10);
      throw new ProviderError({ provider: 'acme', kind: 'rate-limit', message: 'enough' });
    };
    const chunks: TTSOutputChunk[] = [];
    const reading = (async () => {
      for await (const chunk of tts.send('Hello.')) chunks.push(chunk);
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'rate-limit', message: 'enough' });
    expect(chunks.map(({ final }) => final)).toEqual([false]);
    expect(tts.errors).toMatchObject([{ kind: 'rate-limit' }]);
    expect(tts.metrics.get('tts.errors')).toMatchObject({ sum: 1 });
    tts.speak = () => ramp(10);
    expect(await collect(tts.send('Again.'))).toHaveLength(1);
    await tts.close();
  });

  it.for([
    ['nothing', () => from<PcmData>()],
    ['empty audio', () => ramp(0)],
    ['half a frame', () => new Uint8Array(1)],
  ] as const)('is an error when the provider gives %s', async ([, speak]) => {
    const tts = new Probe();
    tts.speak = speak;
    await expect(collect(tts.send('Hello.'))).rejects.toMatchObject({
      kind: 'protocol',
      message: 'acme ended without any audio for a text of 6 characters',
    });
    await tts.close();
  });

  it('is an error when no audio comes for too long', async () => {
    const clock = new HurriedClock(5_000, 2_000);
    const tts = new Probe().useClock(clock);
    tts.speak = () => never;
    await expect(collect(tts.send('Hello.'))).rejects.toMatchObject({ kind: 'timeout' });
    expect(clock.waits).toContain(30_000);
    await tts.close();
    expect(clock.pending).toBe(0);
  });

  it('comes with close(), also for what is sent after it', async () => {
    const tts = new Probe();
    tts.speak = () => never;
    const reading = collect(tts.send('Hello.'));
    await expect.poll(() => tts.asked.length).toBe(1);
    await tts.close();
    expect(await reading).toEqual([]);
    expect(await collect(tts.send('Hello.'))).toEqual([]);
    expect([tts.stops.length, tts.errors]).toEqual([1, []]);
    await tts.interrupt();
    expect(tts.stops).toHaveLength(1);
  });
});

describe('several texts at once', () => {
  it('are spoken side by side', async () => {
    const tts = new Probe();
    const [first, second] = [tts.send('One.'), tts.send('Two.')];
    const [b, a] = await Promise.all([collect(second), collect(first)]);
    expect([a[0]?.text, b[0]?.text]).toEqual(['One.', 'Two.']);
    expect(a[0]?.synthesisId).not.toBe(b[0]?.synthesisId);
    await tts.close();
  });

  it('wait for each other when the provider is serial, also for one that is given up', async () => {
    const tts = new Probe({ serial: true });
    const steps: string[] = [];
    tts.speak = async function* (text) {
      steps.push(`${text} begins`);
      yield ramp(10);
      yield ramp(10);
      steps.push(`${text} ends`);
    };
    const caller = new AbortController();
    const speeches = ['a', 'b', 'c'].map((text) =>
      collect(tts.send(text, text === 'b' ? { signal: caller.signal } : {})),
    );
    caller.abort();
    await Promise.all(speeches);
    expect(steps).toEqual(['a begins', 'a ends', 'c begins', 'c ends']);
    await tts.close();
  });

  it('gives concurrent readers of one speech each chunk once, in order', async () => {
    const tts = new Probe();
    tts.speak = () => from(ramp(1), ramp(2), ramp(3));
    const speech = tts.send('Hello.');
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => speech.next()));
    expect(results.map(({ value }) => value?.index)).toEqual([0, 1, 2, 3, undefined]);
    await tts.close();
  });
});

describe('what is told', () => {
  it('is the start, the end and what was measured', async () => {
    const tts = new Probe();
    const events: unknown[] = [];
    const participant = { id: 'p', userId: 'u' };
    for (const Event of [TTSSynthesisStartEvent, TTSSynthesisCompleteEvent])
      tts.events.on(Event, (event) => void events.push(event));
    tts.speak = () => from(ramp(160), ramp(160));
    const chunks = await collect(tts.send('Hello.', { participant }));
    const [{ synthesisId, turnId } = {}] = chunks;
    const common = { synthesisId, turnId, text: 'Hello.', modelName: 'm1', participant };
    expect(events).toMatchObject([
      { provider: 'acme', ...common },
      { ...common, characters: 6, chunkCount: 2, totalAudioBytes: 640, audioDurationMs: 20 },
    ]);
    const complete = events[1];
    expect(complete).toBeInstanceOf(TTSSynthesisCompleteEvent);
    if (!(complete instanceof TTSSynthesisCompleteEvent)) return;
    expect(complete.realTimeFactor).toBeCloseTo(complete.synthesisTimeMs / 20);
    expect(tts.metrics.get('tts.characters')).toMatchObject({ count: 1, sum: 6 });
    expect(tts.metrics.get('tts.audio_duration.ms')).toMatchObject({ sum: 20 });
    expect(tts.metrics.get('tts.latency.ms')).toMatchObject({ count: 1 });
    await tts.close();
  });

  it('is how long the provider took, and not how long nobody read', async () => {
    let nowMs = 0;
    const clock = { now: () => nowMs, setTimeout: () => ({ cancel: () => undefined }) };
    const tts = new Probe().useClock(clock);
    const completes: TTSSynthesisCompleteEvent[] = [];
    tts.events.on(TTSSynthesisCompleteEvent, (event) => void completes.push(event));
    tts.speak = async function* () {
      nowMs += 30;
      yield ramp(1_600);
      nowMs += 20;
      yield ramp(1_600);
    };
    for await (const chunk of tts.send('Hello.')) nowMs += chunk.final ? 0 : 1_000;
    expect(completes).toMatchObject([
      {
        timeToFirstAudioMs: 30,
        synthesisTimeMs: 50,
        audioDurationMs: 200,
        realTimeFactor: 0.25,
        characters: 6,
      },
    ]);
  });

  const aligned: TTSAudioItem[] = [
    { audio: ramp(1_600), alignment: [timing('Five', 0, 40), timing('green ', 40, 100)] },
    { audio: ramp(1_600), alignment: [timing('five', 0, 50)], alignmentFrom: 'audio' },
    { alignment: [timing('apples.', 150, 200)] },
  ];

  it.each([
    ['an async iterable', () => from(...aligned)],
    ['a web stream', () => ReadableStream.from(aligned)],
  ])('is which part of the text is heard in a chunk of %s', async (_what, speak) => {
    const tts = new Probe();
    tts.speak = speak;
    const chunks = await collect(tts.send('5 green apples. And more.'));
    expect(chunks.map(({ textRange }) => textRange)).toEqual([
      { start: 2, end: 7 },
      undefined,
      undefined,
    ]);
    expect(chunks.map(({ alignment }) => alignment)).toEqual([
      [{ start: 2, end: 7, startMs: 40, endMs: 100 }],
      undefined,
      [{ start: 8, end: 15, startMs: 150, endMs: 200 }],
    ]);
    await tts.close();
  });
});

async function* brokenText(): AsyncGenerator<string> {
  yield 'Hello';
  throw new Error('model gone');
}

function timing(text: string, startMs: number, endMs: number): TextTiming {
  return { text, startMs, endMs };
}

function bodyOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  const { body } = new Response(bytes);
  if (!body) throw new Error('no body');
  return body;
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}
