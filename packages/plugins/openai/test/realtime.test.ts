import {
  PcmData,
  ProviderError,
  RealtimeConnectedEvent,
  RealtimeErrorEvent,
  type RealtimeOutput,
} from '@vision-agents/core';
import { describeRealtime, readToneSpeech, recordings } from '@vision-agents/testkit';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plugin, Realtime, type RealtimeInput } from '../src/index.ts';
import { ask, registerWeather, weatherRounds } from './support/ask.ts';
import { TEST_KEY } from './support/fake-chat.ts';
import { FakeRealtime, realtimeOptions } from './support/fake-realtime.ts';

// What every speech-to-speech model keeps to.
describeRealtime({
  create: (provider) => new Realtime(realtimeOptions(provider)),
  provider: new FakeRealtime(),
});

describe.each([
  ["OpenAI's server", {}],
  ['a server with the names of the beta', { beta: true }],
])('with %s', (_what, dialect) => {
  const server = new FakeRealtime(dialect);
  let realtime: Realtime;
  let items: RealtimeOutput[];
  let errors: ProviderError[];

  function create(input: RealtimeInput = {}): Realtime {
    realtime = new Realtime({ ...realtimeOptions(server), ...input });
    items = [];
    errors = [];
    realtime.events.on(RealtimeErrorEvent, ({ error }) => void errors.push(error));
    void (async () => {
      for await (const item of realtime.output) items.push(item);
    })();
    return realtime;
  }

  /** Speaks the first sentence of the recording, and half a second of silence. */
  function speak(): void {
    const { startMs = 0, endMs = 0 } = recordings.ada.sentences[0] ?? {};
    const said = recordings.ada.pcm(48_000).slice(startMs - 100, endMs + 20);
    const whole = PcmData.concat([said, PcmData.silence(500, said)]);
    for (const chunk of whole.chunks(960)) realtime.simpleAudioResponse(chunk);
  }

  const spoken = (): string =>
    readToneSpeech(
      PcmData.concat(items.flatMap((item) => (item.type === 'audio-output' ? [item.pcm] : []))),
    );

  beforeEach(() => server.start());
  afterEach(async () => {
    await realtime.close();
    await server.changes.until('nothing is open', () => server.openConnections === 0);
    server.assertDone();
    await server.stop();
  });

  it('hears, calls functions in several rounds, and speaks what it has found out', async () => {
    await create().start();
    const called = registerWeather(realtime);
    for (const reply of weatherRounds) server.reply(reply);
    speak();
    await until(() => spoken().endsWith('Oslo is not.'));

    expect(spoken()).toBe('One moment.Rome is sunny, Oslo is not.');
    expect(called).toEqual(['Rome', 'Oslo', 'time']);
    const heard = items.findLast((item) => item.type === 'user-transcript');
    expect(heard).toMatchObject({
      mode: 'final',
      text: 'Good morning, I would like to book a table for two.',
    });
    expect(errors).toEqual([]);
  });

  it('falls silent when the user speaks, and tells the server what was heard', async () => {
    await create().start();
    realtime.setPlayback(() => 200);
    server.reply({ text: 'Umbrellas are recommended for tomorrow.', holdAfter: 3 });
    server.reply({ text: 'Gladly.' });
    const answer = ask(realtime, 'What is the weather?').catch((error: unknown) => error);
    await until(() => items.some((item) => item.type === 'agent-transcript'));
    speak();
    await answer;
    await until(() =>
      items.some((item) => item.type === 'user-transcript' && item.mode === 'final'),
    );
    await until(() => items.at(-1)?.type === 'agent-speech-ended');

    expect(server.truncations).toEqual([{ itemId: expect.any(String), playedMs: 200 }]);
    expect(realtime.epoch).toBe(1);
    expect(errors).toEqual([]);
  });
});

describe('the session', () => {
  let server = new FakeRealtime();
  const made: Realtime[] = [];

  const start = async (input: RealtimeInput = {}): Promise<Realtime> => {
    const realtime = new Realtime({ ...realtimeOptions(server), ...input });
    made.push(realtime);
    await realtime.start();
    return realtime;
  };

  beforeEach(() => server.start());
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const realtime of made.splice(0)) await realtime.close();
    await server.changes.until('nothing is open', () => server.openConnections === 0);
    server.assertDone();
    await server.stop();
    server = new FakeRealtime();
  });

  it('is what the package provides', () => {
    expect(plugin.provides.realtime).toBe(Realtime);
  });

  it('begins as it is told', async () => {
    await start();
    await start({
      model: 'gpt-realtime-mini',
      voice: 'cedar',
      speed: 1.2,
      turnDetection: { type: 'server_vad', silence_duration_ms: 300 },
      transcription: { language: 'en' },
      noiseReduction: 'near_field',
      reasoningEffort: 'low',
      maxTokens: 500,
      fields: { tracing: 'auto' },
    });
    await start({ transcription: null });
    const format = { type: 'audio/pcm', rate: 24_000 };
    expect(server.asked).toEqual([
      {
        type: 'realtime',
        instructions: '',
        tools: [],
        output_modalities: ['audio'],
        audio: {
          input: {
            format,
            turn_detection: { type: 'semantic_vad' },
            transcription: { model: 'gpt-4o-mini-transcribe' },
          },
          output: { format, voice: 'marin' },
        },
      },
      expect.objectContaining({
        audio: {
          input: {
            format,
            turn_detection: { type: 'server_vad', silence_duration_ms: 300 },
            transcription: { model: 'gpt-4o-mini-transcribe', language: 'en' },
            noise_reduction: { type: 'near_field' },
          },
          output: { format, voice: 'cedar', speed: 1.2 },
        },
        reasoning: { effort: 'low' },
        max_output_tokens: 500,
        tracing: 'auto',
      }),
      expect.objectContaining({
        audio: expect.objectContaining({
          input: { format, turn_detection: { type: 'semantic_vad' } },
        }),
      }),
    ]);
    expect(server.requests.map(({ url }) => url.searchParams.get('model'))).toEqual([
      'gpt-realtime-2',
      'gpt-realtime-mini',
      'gpt-realtime-2',
    ]);
  });

  it.each([
    ['an address of its own', (url: string) => `${url}/v1/realtime`],
    ['one with a slash at its end', (url: string) => `${url}/v1/`],
    ['that of the HTTP interface', (url: string) => `${url.replace('ws:', 'http:')}/v1`],
  ])('is found at %s', async (_what, baseUrl) => {
    await start({ baseUrl: baseUrl(server.url) });
    expect(server.requests[0]?.url.pathname).toBe('/v1/realtime');
  });

  it('takes the key and the address of a client', async () => {
    const client = new OpenAI({ apiKey: TEST_KEY, baseURL: `${server.url}/v1` });
    await using realtime = new Realtime({ client });
    await realtime.start();
    expect(server.openConnections).toBe(1);
  });

  it('does not send the key of OpenAI elsewhere', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-of-openai');
    await using elsewhere = new Realtime({ baseUrl: `${server.url}/v1` });
    await expect(elsewhere.start()).rejects.toMatchObject({ kind: 'auth' });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer none');
  });

  it('says what is wrong with it, and is not asked for again', async () => {
    await server.stop();
    const type = 'invalid_request_error';
    server = new FakeRealtime({
      refusal: { type, code: 'invalid_value', message: 'No such voice.' },
    });
    await server.start();
    const thrown: unknown = await start({ voice: 'nobody' }).catch((error: unknown) => error);
    if (!ProviderError.isInstance(thrown)) throw new Error(`no ProviderError: ${String(thrown)}`);
    expect(thrown).toMatchObject({ kind: 'unsupported', retryable: false });
    expect(thrown.message).toContain('No such voice.');
    expect(server.requests).toHaveLength(1);
  });

  it('is told what was said, seen and found out before its connection was lost', async () => {
    const llm = await start();
    registerWeather(llm);
    for (const reply of weatherRounds) server.reply(reply);
    await ask(llm, 'Is it sunny?');
    const again = llm.events.once(RealtimeConnectedEvent);
    server.drop();
    await again;
    await ask(llm, 'And now?');
    const told = server.prompts
      .at(-1)
      ?.messages.map(({ role, text, toolCalls }) => [
        role,
        text,
        ...toolCalls.map(({ name }) => name),
      ]);
    expect(told).toEqual([
      ['user', 'Is it sunny?'],
      ['assistant', 'One moment.'],
      ['assistant', '', 'get_weather'],
      ['assistant', '', 'get_weather'],
      ['tool', '{"city":"Rome","sky":"sunny"}'],
      ['tool', '{"city":"Oslo","sky":"grey"}'],
      ['assistant', '', 'get_time'],
      ['tool', '12:00'],
      ['assistant', 'Rome is sunny, Oslo is not.'],
      ['user', 'And now?'],
    ]);
  });
});

function until(condition: () => boolean): Promise<void> {
  return vi.waitFor(() => expect(condition()).toBe(true), { timeout: 5_000, interval: 5 });
}
