import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { PcmData } from '@vision-agents/core';
import { readToneSpeech, recordings } from '@vision-agents/testkit';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TEST_KEY } from './support/fake-chat.ts';
import { FakeRealtime } from './support/fake-realtime.ts';

const server = new FakeRealtime();
const events: RealtimeServerEvent[] = [];
let client: OpenAIRealtimeWS;

/** OpenAI's own client insists on TLS. What it writes goes to the fake as it is. */
function plainAgent(port: number): Agent {
  return Object.assign(new Agent(), { createConnection: () => connect(port, '127.0.0.1') });
}

beforeEach(async () => {
  await server.start();
  events.length = 0;
  const { port } = new URL(server.url);
  client = new OpenAIRealtimeWS(
    { model: 'gpt-realtime-2', options: { agent: plainAgent(Number(port)) } },
    new OpenAI({ apiKey: TEST_KEY, baseURL: `https://127.0.0.1:${port}/v1` }),
  );
  client.on('event', (event) => {
    events.push(event);
    server.changes.notify();
  });
  client.on('error', () => undefined);
  await once(client.socket, 'open');
});

afterEach(async () => {
  client.close();
  await server.stop();
});

const seen = <Type extends RealtimeServerEvent['type']>(type: Type, count = 1) =>
  server.changes.until(`${type} comes`, () => {
    const found = events.filter(
      (event): event is Extract<RealtimeServerEvent, { type: Type }> => event.type === type,
    );
    return found.length >= count ? found : undefined;
  });

const session = { type: 'realtime', instructions: 'Be kind.' } as const;
const typesOf = (): string[] => [...new Set(events.map(({ type }) => type))];

it('takes the commands of the official client, and sends events that it knows', async () => {
  client.send({
    type: 'session.update',
    session: {
      ...session,
      tools: [
        { type: 'function', name: 'look', description: 'Looks', parameters: { type: 'object' } },
      ],
      audio: { input: { turn_detection: { type: 'semantic_vad' } }, output: { voice: 'marin' } },
    },
  });
  await seen('session.updated');
  server.reply({ text: 'Let me see.', toolCalls: [{ name: 'look' }] });
  client.send({
    type: 'conversation.item.create',
    item: {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'Is it there?' }],
    },
  });
  client.send({ type: 'response.create', response: { metadata: { request_id: 'one' } } });
  await seen('response.done');
  const [call] = await seen('response.function_call_arguments.done');
  server.reply({ text: 'It is there.', holdAfter: 2 });
  client.send({
    type: 'conversation.item.create',
    item: { type: 'function_call_output', call_id: call?.call_id ?? '', output: 'yes' },
  });
  client.send({ type: 'response.create' });
  await seen('response.output_audio_transcript.delta', 5);
  client.send({ type: 'response.cancel' });
  const [, cancelled] = await seen('response.done', 2);
  expect(cancelled).toMatchObject({ response: { status: 'cancelled' } });
  const audio = events.findLast((event) => event.type === 'response.output_audio.delta');
  client.send({
    type: 'conversation.item.truncate',
    item_id: audio?.item_id ?? '',
    content_index: 0,
    audio_end_ms: 100,
  });
  await seen('conversation.item.truncated');
  client.send({ type: 'response.cancel', event_id: 'late' });
  const [late] = await seen('error');
  expect(late).toMatchObject({ error: { code: 'response_cancel_not_active', event_id: 'late' } });

  const [created] = await seen('response.created');
  expect(created).toMatchObject({ response: { metadata: { request_id: 'one' } } });
  expect(typesOf()).toEqual(
    expect.arrayContaining([
      'session.created',
      'conversation.item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.added',
      'response.output_item.done',
      'response.output_audio_transcript.done',
    ]),
  );
  expect(server.violations).toEqual([]);
});

it('hears what is said, and answers by itself', async () => {
  client.send({ type: 'session.update', session });
  const { endMs = 0 } = recordings.ada.sentences[0] ?? {};
  const speech = recordings.ada.pcm(48_000).resample(24_000);
  const said = PcmData.concat([speech.slice(0, endMs + 20), PcmData.silence(500, speech)]);
  for (const chunk of said.chunks(480)) {
    const audio = Buffer.from(chunk.toBytes()).toString('base64');
    client.send({ type: 'input_audio_buffer.append', audio });
  }
  await seen('response.done');
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'conversation.item.input_audio_transcription.completed',
      transcript: 'Good morning, I would like to book a table for two.',
    }),
  );
  const bytes = events.flatMap((event) =>
    event.type === 'response.output_audio.delta' ? [Buffer.from(event.delta, 'base64')] : [],
  );
  const answer = PcmData.fromBytes(Buffer.concat(bytes), speech);
  expect(readToneSpeech(answer)).toBe(
    'You said: Good morning, I would like to book a table for two.',
  );
  expect(typesOf()).toEqual(
    expect.arrayContaining([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.input_audio_transcription.delta',
    ]),
  );
  expect(server.violations).toEqual([]);
});

it.each([
  [
    'a field that there is not',
    { type: 'session.update', session: { ...session, voice: 'marin' } },
  ],
  ['a command that there is not', { type: 'response.begin' }],
  ['half a sample of audio', { type: 'input_audio_buffer.append', audio: 'AAAA' }],
])('refuses %s', async (_what, command) => {
  client.send({ type: 'session.update', session });
  await seen('session.updated');
  client.socket.send(JSON.stringify(command));
  const [code] = await once(client.socket, 'close');
  expect(code).toBe(1008);
  expect(server.violations).toHaveLength(1);
});
