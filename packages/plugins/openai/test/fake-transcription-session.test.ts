import { once } from 'node:events';
import { connect } from 'node:net';
import { recordings } from '@vision-agents/testkit';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TEST_KEY } from './support/fake-chat.ts';
import { FakeTranscriptionSessions } from './support/fake-transcription-session.ts';

const speech = recordings.ada.pcm(48_000).resample(24_000);

// The provider's own client drives all that the fake offers: what it understands, the plugin's tests may rely on.
describe('FakeTranscriptionSessions, asked by the official client', () => {
  const server = new FakeTranscriptionSessions();
  let socket: OpenAIRealtimeWS;
  let events: RealtimeServerEvent[];

  function open(apiKey = TEST_KEY): OpenAIRealtimeWS {
    const { port, host } = new URL(server.url);
    const client = new OpenAI({ apiKey, baseURL: `https://${host}/v1` });
    // It would insist on TLS.
    const createConnection = () => connect(Number(port), '127.0.0.1');
    const opened = new OpenAIRealtimeWS(
      { intent: 'transcription', options: { createConnection } },
      client,
    );
    opened.on('event', (event) => {
      events.push(event);
      server.changes.notify();
    });
    return opened;
  }

  const until = (type: string): Promise<unknown> =>
    server.changes.until(type, () => events.some((event) => event.type === type));

  function configure(model: string, more: object = {}): void {
    socket.send({
      type: 'session.update',
      session: {
        type: 'transcription',
        include: ['item.input_audio_transcription.logprobs'],
        audio: {
          input: {
            format: { type: 'audio/pcm', rate: 24_000 },
            transcription: { model, ...more },
            turn_detection: { type: 'server_vad', silence_duration_ms: 300 },
          },
        },
      },
    });
  }

  const append = (until_: number): void =>
    socket.send({
      type: 'input_audio_buffer.append',
      audio: Buffer.from(speech.slice(0, until_).toBytes()).toString('base64'),
    });

  beforeEach(async () => {
    events = [];
    await server.start();
    socket = open();
    // What the service complains about comes as an event too.
    socket.on('error', () => undefined);
    await once(socket.socket, 'open');
  });
  afterEach(async () => {
    socket.close();
    await server.stop();
  });

  it('hears a sentence, in all the events that there are', async () => {
    await until('session.created');
    configure('gpt-4o-transcribe', { language: 'en', prompt: 'x' });
    await until('session.updated');
    append(4_000);
    const completed = 'conversation.item.input_audio_transcription.completed';
    await until(completed);
    const types = events.map(({ type }) => type);
    expect(types.slice(0, 3)).toEqual([
      'session.created',
      'session.updated',
      'input_audio_buffer.speech_started',
    ]);
    expect(new Set(types.slice(3, -3))).toEqual(
      new Set(['conversation.item.input_audio_transcription.delta']),
    );
    expect(types.slice(-3)).toEqual([
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      completed,
    ]);
    const deltas = events.map((event) =>
      event.type === 'conversation.item.input_audio_transcription.delta' ? event.delta : '',
    );
    expect(deltas.join('')).toBe(recordings.ada.sentences[0]?.text);
    expect(events.at(-1)).toMatchObject({ transcript: deltas.join(''), item_id: 'item_1' });
    expect(server.violations).toEqual([]);
  });

  it('transcribes what there is when it is told to, and says when there is nothing', async () => {
    configure('gpt-transcribe', { languages: ['en'], keywords: ['table'] });
    append(1_500);
    await until('input_audio_buffer.speech_started');
    socket.send({ type: 'input_audio_buffer.commit' });
    await until('conversation.item.input_audio_transcription.completed');
    expect(events.at(-1)).toMatchObject({ languages: [{ code: 'en' }] });
    socket.send({ type: 'input_audio_buffer.commit' });
    await until('error');
    expect(events.at(-1)).toMatchObject({ error: { code: 'input_audio_buffer_commit_empty' } });
    expect(server.violations).toEqual([]);
  });

  it('fails with one item, and complains', async () => {
    configure('gpt-4o-transcribe');
    await until('session.updated');
    const [session] = server.sessions;
    if (!session) throw new Error('there is no session');
    server.transcribe(session, server.speak(session), new Error('too loud'));
    await until('conversation.item.input_audio_transcription.failed');
    expect(events.at(-1)).toMatchObject({ item_id: 'item_1', error: { message: 'too loud' } });
    await server.error('overloaded');
    await until('error');
    expect(events.at(-1)).toMatchObject({ error: { message: 'overloaded' } });
  });

  it.each<[what: string, send: () => void]>([
    ['audio before the session', () => append(100)],
    ['keywords of an older model', () => configure('whisper-1', { keywords: ['x'] })],
    ['what is of another kind of session', () => socket.send({ type: 'response.cancel' })],
  ])('refuses %s', async (_what, send) => {
    const closed = once(socket.socket, 'close');
    send();
    expect((await closed)[0]).toBe(1008);
    expect(server.violations).toHaveLength(1);
  });

  it('refuses a wrong key', async () => {
    const refused = open('wrong');
    refused.on('error', () => undefined);
    await new Promise((closed) => refused.socket.on('close', closed));
    expect(server.refusals).toEqual(['HTTP 401 for /v1/realtime?intent=transcription']);
  });
});
