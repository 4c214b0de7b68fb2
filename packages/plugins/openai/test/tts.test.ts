import { TTSErrorEvent, type ProviderError } from '@vision-agents/core';
import { describeTTS, VirtualClock } from '@vision-agents/testkit';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plugin, TTS } from '../src/index.ts';
import { TEST_KEY, testOptions } from './support/fake-chat.ts';
import { FakeSpeech } from './support/fake-speech.ts';

async function speak(tts: TTS, text: string): Promise<number> {
  let audioMs = 0;
  for await (const { pcm } of tts.send(text)) audioMs += pcm?.durationMs ?? 0;
  return audioMs;
}

async function fail(tts: TTS): Promise<ProviderError> {
  const told = tts.events.once(TTSErrorEvent);
  await expect(speak(tts, 'Hello there.')).rejects.toThrow();
  return (await told).error;
}

// What every text-to-speech plugin keeps to.
describeTTS({
  create: (provider) => new TTS(testOptions(provider)),
  provider: new FakeSpeech(),
});

describe('what is particular to this plugin', () => {
  const server = new FakeSpeech();
  const made: TTS[] = [];

  function create(input: ConstructorParameters<typeof TTS>[0] = {}): TTS {
    const tts = new TTS({ ...testOptions(server), ...input });
    made.push(tts);
    return tts;
  }

  beforeEach(() => server.start());
  afterEach(async () => {
    server.contentType = 'audio/pcm';
    await Promise.all(made.splice(0).map((tts) => tts.close()));
    await server.stop();
  });

  it('is what the package provides', () => {
    expect(plugin.provides.tts).toBe(TTS);
  });

  it('asks for the model, the voice and how it is to speak', async () => {
    const tts = create({ model: 'tts-9', voice: 'cedar', instructions: 'Whisper.', speed: 1.5 });
    expect(await speak(tts, 'Hello there.')).toBeGreaterThan(200);
    expect(server.requests[0]?.json()).toEqual({
      model: 'tts-9',
      voice: 'cedar',
      input: 'Hello there.',
      instructions: 'Whisper.',
      speed: 1.5,
      response_format: 'pcm',
    });
    server.assertDone();
  });

  it('speaks a text that is too long for one request in several', async () => {
    const text = `${'word '.repeat(10)}end. ${'x'.repeat(4_100)} done.`;
    expect(await speak(create(), text)).toBeGreaterThan(1_000);
    expect(server.voice.texts.map(({ length }) => length)).toEqual([55, 4_096, 10]);
    expect(server.voice.texts.join('')).toBe(text);
    server.assertDone();
  });

  it('speaks with a client that is there already, and leaves it as it is', async () => {
    const client = new OpenAI({ apiKey: TEST_KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
    const tts = create({ apiKey: undefined, baseUrl: undefined, client });
    expect(await speak(tts, 'Hello there.')).toBeGreaterThan(200);
    await tts.close();
    const speech = { model: 'm', voice: 'v', input: 'x', response_format: 'pcm' } as const;
    expect((await client.audio.speech.create(speech)).status).toBe(200);
  });

  it('needs no key elsewhere', async () => {
    const tts = create({ apiKey: undefined });
    expect(await fail(tts)).toMatchObject({ kind: 'auth' });
    expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer none');
  });

  it('does not take an MP3 for PCM', async () => {
    server.contentType = 'audio/mpeg';
    expect(await fail(create())).toMatchObject({
      kind: 'unsupported',
      message: 'openai: the server answers with audio/mpeg, and not with raw PCM',
    });
    await server.changes.until('nothing is open', () => server.openConnections === 0);
  });

  it('429 and 500: says what is wrong, and speaks when that is over', async () => {
    const tts = create();
    server.refuse(429, { retryAfterSeconds: 60 });
    expect(await fail(tts)).toMatchObject({ kind: 'rate-limit', retryAfterMs: 60_000 });
    server.refuse(500);
    expect(await fail(tts)).toMatchObject({ kind: 'network', status: 500 });
    server.accept();
    expect(await speak(tts, 'Hello there.')).toBeGreaterThan(200);
  });

  it('a silence of 30 s in the middle is a timeout', async () => {
    const clock = new VirtualClock();
    const tts = create();
    tts.useClock(clock);
    server.voice.hold(100);
    const failed = fail(tts);
    await server.changes.until('it speaks', () => server.voice.speaking === 1);
    expect(await clock.until(failed, { limitMs: 31_000, stepMs: 1_000 })).toMatchObject({
      kind: 'timeout',
    });
    await server.changes.until('nothing is open', () => server.openConnections === 0);
  });

  it('an interruption ends the request', async () => {
    const tts = create();
    server.voice.hold(100);
    for await (const { pcm } of tts.send('Hello there, how are you?')) {
      expect(pcm).toBeDefined();
      await tts.interrupt();
    }
    await server.changes.until('the speech is cancelled', () => server.voice.cancelled === 1);
    expect(server.openConnections).toBe(0);
  });
});
