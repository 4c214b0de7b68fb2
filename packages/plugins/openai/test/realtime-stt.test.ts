import { STTErrorEvent, type STTOutput } from '@vision-agents/core';
import { describeSTT, recordings, type FakeSTTSession } from '@vision-agents/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RealtimeSTT } from '../src/index.ts';
import { testOptions } from './support/fake-chat.ts';
import { FakeTranscriptionSessions } from './support/fake-transcription-session.ts';

const told = (items: readonly STTOutput[]): string[] =>
  items.map((item) => (item.type === 'transcript' ? `${item.mode} ${item.text}` : item.type));

const creating = (input: object) => () =>
  new RealtimeSTT({ baseUrl: 'wss://example.com/v1', ...input });

// What every speech-to-text plugin keeps to.
describeSTT({
  create: (provider) => new RealtimeSTT(testOptions(provider)),
  provider: new FakeTranscriptionSessions(),
});

// What is particular to this one.
describe('what is particular to this plugin', () => {
  const server = new FakeTranscriptionSessions();
  const made: RealtimeSTT[] = [];
  const { ada } = recordings;

  beforeEach(() => server.start());
  afterEach(async () => {
    await Promise.all(made.splice(0).map((stt) => stt.close()));
    await server.stop();
  });

  /** A plugin that is connected. */
  async function connect(
    input: ConstructorParameters<typeof RealtimeSTT>[0] = {},
  ): Promise<{ stt: RealtimeSTT; session: FakeSTTSession }> {
    const stt = new RealtimeSTT({ ...testOptions(server), ...input });
    made.push(stt);
    await stt.start();
    stt.send(ada.pcm(48_000).slice(0, 100));
    await server.expectAudio({ durationMs: 60 });
    const [session] = server.sessions;
    if (!session) throw new Error('there is no session');
    return { stt, session };
  }

  it('sets the session up as it is told', async () => {
    let frame = '';
    const listening = new (class extends FakeTranscriptionSessions {
      protected override onFrame(session: FakeSTTSession, data: string | Uint8Array): void {
        frame ||= String(data);
        super.onFrame(session, data);
      }
    })();
    await listening.start();
    const stt = new RealtimeSTT({
      ...testOptions(listening),
      model: 'gpt-4o-transcribe',
      language: 'en',
      prompt: 'A restaurant.',
      silenceMs: 300,
      noiseReduction: 'near_field',
    });
    await stt.start();
    stt.send(ada.pcm().slice(0, 100));
    await listening.expectAudio({ durationMs: 60 });
    await stt.close();
    expect(JSON.parse(frame)).toEqual({
      type: 'session.update',
      session: {
        type: 'transcription',
        include: ['item.input_audio_transcription.logprobs'],
        audio: {
          input: {
            format: { type: 'audio/pcm', rate: 24_000 },
            transcription: { model: 'gpt-4o-transcribe', language: 'en', prompt: 'A restaurant.' },
            turn_detection: { type: 'server_vad', silence_duration_ms: 300 },
            noise_reduction: { type: 'near_field' },
          },
        },
      },
    });
    expect(listening.received).toEqual(['session.update', 'audio', 'commit']);
    listening.assertDone();
    await listening.stop();
  });

  it('hears a sentence that is not followed by silence when it is closed', async () => {
    const stt = new RealtimeSTT(testOptions(server));
    await stt.start();
    stt.send(ada.pcm(48_000).slice(0, 3_073));
    await stt.close();
    const output = await stt.output.collect();
    expect(told(output).slice(-2)).toEqual([`final ${ada.sentences[0]?.text}`, 'turn-ended']);
    expect(told(output)[0]).toBe('turn-started');
    expect(output.at(-2)).toMatchObject({ language: 'en' });
    server.assertDone();
  });

  it('puts sentences out in the order in which they were said, as one turn until all is known', async () => {
    const { stt, session } = await connect({ model: 'gpt-4o-transcribe' });
    const [first, second] = [server.speak(session), server.speak(session)];
    server.transcribe(session, second, 'How are you?');
    server.transcribe(session, first, 'Hello.');
    const third = server.speak(session);
    server.transcribe(session, third, 'Bye.');
    await stt.close();
    const output = await stt.output.collect();
    expect(told(output)).toEqual([
      'turn-started',
      'final Hello.',
      'final How are you?',
      'turn-ended',
      'turn-started',
      'final Bye.',
      'turn-ended',
    ]);
    expect(output[1]).toHaveProperty('confidence');
    const turns = new Set(output.map(({ turnId }) => turnId));
    expect(turns.size).toBe(2);
  });

  it('goes on after an item that fails, and does not wait for one for ever', async () => {
    const { stt, session } = await connect();
    const errors: string[] = [];
    stt.events.on(STTErrorEvent, ({ error }) => void errors.push(`${error.kind} ${error.message}`));
    server.transcribe(session, server.speak(session), new Error('too loud'));
    server.speak(session);
    for (const text of ['One.', 'Two.', 'Three.'])
      server.transcribe(session, server.speak(session), text);
    await stt.close();
    expect(told(await stt.output.collect())).toEqual([
      'turn-started',
      'turn-ended',
      'turn-started',
      'final One.',
      'final Two.',
      'final Three.',
      'turn-ended',
    ]);
    expect(errors).toEqual(['network openai: too loud']);
  });

  it.each(['/v1/', '/v1/realtime'])('is found at %s', async (path) => {
    const { session } = await connect({ baseUrl: `${server.url}${path}` });
    expect(session.request.url.pathname).toBe('/v1/realtime');
  });

  it('refuses what can not be', () => {
    expect(creating({ model: 'gpt-live-transcribe' })).toThrow(/choose gpt-transcribe/);
    expect(creating({ turnDetection: 'semantic_vad', silenceMs: 200 })).toThrow(
      /silenceMs is of server_vad/,
    );
    expect(creating({ baseUrl: 'ftp://x.example' })).toThrow(/baseUrl/);
  });
});
