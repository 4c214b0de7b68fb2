import { describe, expect, it } from 'vitest';
import { OpenAICodec } from '../src/realtime/openai-codec.ts';
import { realtimeOptions, type RealtimeSettings } from '../src/realtime/realtime-options.ts';
import { ServerEvent } from '../src/realtime/server-event.ts';

const settings = (input: object = {}): RealtimeSettings =>
  realtimeOptions.resolve({ apiKey: 'sk-test-key', ...input });

/** What a codec makes of what a server says, in order. */
function decode(codec: OpenAICodec, ...events: object[]) {
  return events.flatMap((event) => codec.decode(ServerEvent.parse(event)));
}

const accepted = { type: 'session.updated', session: { id: 'sess_1' } };
const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look' };
const args = '{"at":"it"}';

const item = (type: string, more: object) => ({
  type: `response.output_item.${type}`,
  response_id: 'resp_1',
  item: { ...call, ...more },
});

describe('the codec', () => {
  it.each([
    ['wss://custom-endpoint.com/v1/realtime', 'wss://custom-endpoint.com/v1/realtime?model=m'],
    ['wss://custom-endpoint.com/v1/realtime/', 'wss://custom-endpoint.com/v1/realtime?model=m'],
    ['https://api.openai.com/v1', 'https://api.openai.com/v1/realtime?model=m'],
    ['http://localhost:8000/v1/', 'http://localhost:8000/v1/realtime?model=m'],
    ['http://localhost:8000', 'http://localhost:8000/realtime?model=m'],
    ['wss://x.example/v1?version=2', 'wss://x.example/v1/realtime?version=2&model=m'],
    ['wss://x.example/realtime?version=2', 'wss://x.example/realtime?version=2&model=m'],
  ])('connects to %s', (baseUrl, url) => {
    const codec = new OpenAICodec(settings({ baseUrl, model: 'm' }));
    const spec = codec.open({ instructions: '', tools: [], resume: undefined });
    expect(String(spec.url)).toBe(url);
    expect(spec.headers).toEqual({ authorization: 'Bearer sk-test-key' });
  });

  it('is ready with the session that it asked for, not with the one that there was', () => {
    const { ready } = new OpenAICodec(settings()).open({
      instructions: '',
      tools: [],
      resume: undefined,
    });
    expect(ready?.(ServerEvent.parse({ type: 'session.created' }))).toBe(false);
    expect(ready?.(ServerEvent.parse(accepted))).toBe(true);
  });

  const done = {
    type: 'response.function_call_arguments.done',
    response_id: 'resp_1',
    item_id: 'fc_1',
    call_id: 'call_1',
    arguments: args,
  };
  const output = [{ type: 'message' }, { ...call, arguments: args }];
  const whole = { type: 'response.done', response: { id: 'resp_1', output } };
  it.each([
    [
      'its arguments and its item',
      [item('added', {}), { ...done, name: 'look' }, item('done', { arguments: args })],
    ],
    ['its item alone', [item('done', { arguments: args })]],
    ['arguments without its name', [item('added', {}), done]],
    ['its arguments and the whole response', [{ ...done, name: 'look' }, whole]],
    ['the whole response alone', [whole]],
  ])('tells a call once, of %s', (_what, events) => {
    const told = decode(new OpenAICodec(settings()), ...events);
    expect(told.filter(({ type }) => type !== 'response-done')).toEqual([
      { type: 'tool-call', responseId: 'resp_1', id: 'call_1', name: 'look', arguments: args },
    ]);
  });

  it('tells no call that broke off', () => {
    const broken = item('done', { arguments: '{"at', status: 'incomplete' });
    expect(decode(new OpenAICodec(settings()), item('added', {}), broken)).toEqual([]);
  });

  it('tells words once, as they come or when all are said', () => {
    const place = { response_id: 'resp_1', item_id: 'item_1' };
    const codec = new OpenAICodec(settings());
    const said = decode(
      codec,
      { type: 'response.audio_transcript.delta', ...place, delta: 'Hel' },
      { type: 'response.audio_transcript.delta', ...place, delta: 'lo.' },
      { type: 'response.audio_transcript.done', ...place, transcript: 'Hello.' },
      { type: 'response.audio_transcript.done', ...place, item_id: 'item_2', transcript: ' Ada.' },
      { type: 'response.output_text.done', ...place, item_id: 'item_3', text: ' Bye.' },
    );
    expect(said.map((event) => 'text' in event && event.text)).toEqual([
      'Hel',
      'lo.',
      ' Ada.',
      ' Bye.',
    ]);
  });

  it('needs no names of items', () => {
    const response_id = 'resp_1';
    const told = decode(
      new OpenAICodec(settings()),
      { type: 'response.audio.delta', response_id, delta: 'AAA=' },
      { type: 'response.audio_transcript.delta', response_id, delta: 'Hello.' },
      { type: 'response.audio_transcript.done', response_id, transcript: 'Hello.' },
      { type: 'conversation.item.input_audio_transcription.completed', transcript: 'Hi.' },
    );
    expect(told.map(({ type }) => type)).toEqual(['audio', 'agent-transcript', 'user-transcript']);
  });

  it('is told that a response has ended, however that is said', () => {
    const response = { id: 'resp_1', status_details: 'none', usage: { input_tokens: '3' } };
    expect(decode(new OpenAICodec(settings()), { type: 'response.done', response })).toMatchObject([
      { type: 'response-done', responseId: 'resp_1', outcome: 'completed' },
    ]);
  });

  it.each([
    [{ status: 'completed' }, 'completed', undefined],
    [
      { status: 'incomplete', status_details: { reason: 'max_output_tokens' } },
      'completed',
      undefined,
    ],
    [
      { status: 'incomplete', status_details: { reason: 'content_filter' } },
      'failed',
      'a content filter has ended the answer',
    ],
    [
      { status: 'cancelled', status_details: { reason: 'turn_detected' } },
      'interrupted',
      undefined,
    ],
    [
      { status: 'failed', status_details: { error: { message: 'overloaded' } } },
      'failed',
      'overloaded',
      'network',
    ],
    [
      { status: 'failed', status_details: { error: { code: 'insufficient_quota' } } },
      'failed',
      'insufficient_quota',
      'rate-limit',
    ],
  ])('tells how a response ends: %j', (how, outcome, message, kind?: string) => {
    const usage = { input_tokens: 3, output_tokens: null };
    const response = { id: 'resp_1', ...how, usage };
    expect(decode(new OpenAICodec(settings()), { type: 'response.done', response })).toEqual([
      {
        type: 'response-done',
        responseId: 'resp_1',
        outcome,
        message,
        kind,
        usage: { inputTokens: 3, outputTokens: undefined },
      },
    ]);
  });

  it.each([
    [{ code: 'invalid_api_key' }, 'auth'],
    [{ type: 'rate_limit_exceeded' }, 'rate-limit'],
    [{ code: 'session_expired' }, 'network'],
    [{ type: 'server_error' }, 'network'],
    [{ code: 429 }, 'rate-limit'],
    [{ code: 503 }, 'network'],
    [{ type: 'invalid_request_error', event_id: 'request-1' }, 'protocol'],
  ])('tells what kind of error it is: %j', (details, kind) => {
    const codec = new OpenAICodec(settings());
    const error = { message: 'no', ...details };
    expect(decode(codec, accepted, { type: 'error', error }).at(-1)).toEqual({
      type: 'error',
      kind,
      message: 'no',
      requestId: 'event_id' in details ? details.event_id : undefined,
    });
  });

  it('says nothing of a cancellation that came too late', () => {
    const error = { type: 'invalid_request_error', code: 'response_cancel_not_active' };
    expect(decode(new OpenAICodec(settings()), accepted, { type: 'error', error })).toHaveLength(1);
  });

  it.each([
    ['api.openai.com', [null, 'request-1', null]],
    ['elsewhere.example', [undefined, 'request-1', null]],
  ])('tells which request a response answers, of %s', (host, requests) => {
    const codec = new OpenAICodec(settings({ baseUrl: `https://${host}/v1` }));
    const created = [null, { request_id: 'request-1' }, {}].map((metadata) => ({
      type: 'response.created',
      response: { id: 'resp_1', metadata },
    }));
    const started = decode(codec, ...created);
    expect(started.map((event) => 'requestId' in event && event.requestId)).toEqual(requests);
  });

  it('does not interrupt where it is told not to', () => {
    const turnDetection = { type: 'semantic_vad', interrupt_response: false };
    const started = { type: 'input_audio_buffer.speech_started', item_id: 'user_1' };
    expect(decode(new OpenAICodec(settings({ turnDetection })), started)).toEqual([
      { type: 'user-speech-started', itemId: 'user_1', interrupts: false },
    ]);
  });

  it('tells that what was said could not be transcribed', () => {
    const failed = {
      type: 'conversation.item.input_audio_transcription.failed',
      item_id: 'user_1',
      error: { message: 'too noisy' },
    };
    expect(decode(new OpenAICodec(settings()), failed)).toEqual([
      { type: 'user-transcript', mode: 'final', itemId: 'user_1' },
      { type: 'error', kind: 'network', message: "what was said can't be transcribed: too noisy" },
    ]);
  });

  it('tells who has written a text, and what processors know', () => {
    const messages = new OpenAICodec(settings()).encode({
      type: 'text',
      requestId: 'request-1',
      text: 'Hello?',
      images: [{ type: 'image', mimeType: 'image/png', data: new Uint8Array([1, 2]) }],
      context: [{ role: 'system', content: 'It rains.' }],
      participant: { id: '1', userId: 'u', name: 'Ada' },
    });
    expect(messages).toEqual([
      {
        type: 'conversation.item.create',
        item: {
          type: 'message',
          role: 'system',
          content: [{ type: 'input_text', text: 'It rains.' }],
        },
      },
      {
        type: 'conversation.item.create',
        item: {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'Ada: Hello?' },
            { type: 'input_image', image_url: 'data:image/png;base64,AQI=' },
          ],
        },
      },
      {
        type: 'response.create',
        event_id: 'request-1',
        response: { metadata: { request_id: 'request-1' } },
      },
    ]);
  });
});
