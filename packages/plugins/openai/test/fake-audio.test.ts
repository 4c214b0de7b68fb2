import { MONO_24K, PcmData } from '@vision-agents/core';
import { readToneSpeech, recordings } from '@vision-agents/testkit';
import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TEST_KEY } from './support/fake-chat.ts';
import { FakeSpeech } from './support/fake-speech.ts';
import { FakeTranscriptions } from './support/fake-transcriptions.ts';

const clientOf = (url: string): OpenAI =>
  new OpenAI({ apiKey: TEST_KEY, baseURL: `${url}/v1`, maxRetries: 0 });

// The provider's own client drives all that the fakes offer: what it understands, the plugin's tests may rely on.
describe('FakeSpeech, asked by the official client', () => {
  const server = new FakeSpeech();
  let client: OpenAI;

  beforeEach(async () => {
    await server.start();
    client = clientOf(server.url);
  });
  afterEach(() => server.stop());

  const speech = { model: 'gpt-4o-mini-tts', voice: 'marin', response_format: 'pcm' } as const;

  it('speaks', async () => {
    const response = await client.audio.speech.create({ ...speech, input: 'Hello.', speed: 2 });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(readToneSpeech(PcmData.fromBytes(bytes, MONO_24K))).toBe('Hello.');
    server.assertDone();
  });

  it('complains before, and in the middle', async () => {
    server.voice.error('overloaded');
    await expect(client.audio.speech.create({ ...speech, input: 'Hello.' })).rejects.toMatchObject({
      status: 503,
    });
    server.voice.error('overloaded', { afterMs: 100 });
    const response = await client.audio.speech.create({ ...speech, input: 'Hello.' });
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  it('refuses what the service refuses', async () => {
    const { audio } = client;
    await expect(audio.speech.create({ ...speech, input: '' })).rejects.toThrow(BadRequestError);
    await expect(audio.speech.create({ ...speech, input: 'x'.repeat(4_097) })).rejects.toThrow(
      BadRequestError,
    );
    await expect(audio.speech.create({ ...speech, input: 'x', speed: 5 })).rejects.toThrow(
      BadRequestError,
    );
    const { audio: other } = client.withOptions({ apiKey: 'wrong' });
    await expect(other.speech.create({ ...speech, input: 'x' })).rejects.toThrow(
      AuthenticationError,
    );
    await expect(client.models.list()).rejects.toThrow(NotFoundError);
  });
});

describe('FakeTranscriptions, asked by the official client', () => {
  const server = new FakeTranscriptions();
  let client: OpenAI;

  beforeEach(async () => {
    await server.start();
    client = clientOf(server.url);
  });
  afterEach(() => server.stop());

  const text = recordings.ada.sentences[0]?.text ?? '';
  const file = new File([recordings.ada.pcm().slice(0, 3_073).toWav()], 'a.wav');

  it('answers whole', async () => {
    const { transcriptions } = client.audio;
    expect(await transcriptions.create({ file, model: 'whisper-1' })).toEqual({ text });
    const sure = await transcriptions.create({
      file,
      model: 'gpt-4o-transcribe',
      include: ['logprobs'],
      language: 'en',
      prompt: 'x',
      temperature: 0,
    });
    const newest = await transcriptions.create({
      file,
      model: 'gpt-transcribe',
      languages: ['en'],
      keywords: ['table'],
    });
    expect(newest).toEqual({ text, languages: [{ code: 'en' }] });
    expect(sure.logprobs?.map(({ token }) => token).join('')).toBe(text);
    server.assertDone();
  });

  it('streams', async () => {
    server.holdAfter = 1;
    const events: string[] = [];
    for await (const event of await client.audio.transcriptions.create({
      file,
      model: 'gpt-4o-transcribe',
      include: ['logprobs'],
      stream: true,
    })) {
      events.push(event.type === 'transcript.text.delta' ? event.delta : event.type);
      if (event.type === 'transcript.text.done') {
        expect(event.text).toBe(text);
        expect(event.logprobs?.length).toBe(events.length - 1);
      }
      server.release();
    }
    expect(events.slice(0, -1).join('')).toBe(text);
    expect(events.at(-1)).toBe('transcript.text.done');
    server.assertDone();
  });

  it.each(['cut', 'stop', 'error'] as const)('breaks off: %s', async (ending) => {
    server.ending = ending;
    const types: string[] = [];
    const reading = (async () => {
      const params = { file, model: 'gpt-4o-transcribe', stream: true } as const;
      for await (const { type } of await client.audio.transcriptions.create(params))
        types.push(type);
    })();
    if (ending === 'stop') await reading;
    else await expect(reading).rejects.toThrow(ending === 'error' ? 'overloaded' : /./);
    expect(types).not.toContain('transcript.text.done');
  });

  it('refuses what the service refuses', async () => {
    const { transcriptions } = client.audio;
    const mp3 = new File(['x'], 'a.mp3');
    await expect(transcriptions.create({ file: mp3, model: 'whisper-1' })).rejects.toThrow(
      BadRequestError,
    );
    await expect(
      transcriptions.create({ file, model: 'whisper-1', include: ['logprobs'] }),
    ).rejects.toThrow(BadRequestError);
    await expect(
      transcriptions.create({ file, model: 'whisper-1', keywords: ['table'] }),
    ).rejects.toThrow(BadRequestError);
    await expect(
      transcriptions.create({ file, model: 'whisper-1', response_format: 'srt' }),
    ).rejects.toThrow(BadRequestError);
    await server.error('overloaded');
    await expect(transcriptions.create({ file, model: 'whisper-1' })).rejects.toMatchObject({
      status: 503,
    });
    const { audio } = client.withOptions({ apiKey: 'wrong' });
    await expect(audio.transcriptions.create({ file, model: 'x' })).rejects.toThrow(
      AuthenticationError,
    );
    await expect(client.models.list()).rejects.toThrow(NotFoundError);
  });
});
