import { MONO_24K } from '@vision-agents/core';
import {
  FakeRealtimeProvider,
  type FakeRealtimeSession,
  type RealtimeSaying,
  type Refusal,
  type UpgradeRequest,
} from '@vision-agents/testkit';
import type {
  RealtimeError,
  RealtimeResponse,
  RealtimeServerEvent,
  RealtimeSessionCreateRequest,
} from 'openai/resources/realtime/realtime';
import { TEST_KEY } from './fake-chat.ts';
import { Command, type Item } from './realtime-command.ts';

/** Of what is said with events that have a place in a response. */
const place = { output_index: 0, content_index: 0 };

export interface RealtimeDialect {
  /** Speaks the names of the beta, and says neither which request it answers nor what a call is of. */
  beta?: boolean | undefined;
  /** What is wrong with the session that it is asked for. */
  refusal?: Pick<RealtimeError, 'message' | 'type' | 'code'> | undefined;
}

/**
 * The Realtime API of OpenAI on a real socket of this machine: it refuses what the real one refuses, hears words only in
 * the audio that has them, and answers in audio that can be read.
 */
export class FakeRealtime extends FakeRealtimeProvider {
  /** Sessions as they were asked for. */
  readonly asked: RealtimeSessionCreateRequest[] = [];
  readonly #dialect: RealtimeDialect;
  readonly #begun = new WeakSet<FakeRealtimeSession>();
  /** Calls of an earlier session, whose results are told with it. */
  readonly #replayed = new Set<string>();
  /** What was told so far of what a user says, and of what is answered. */
  readonly #words = new Map<string, string>();
  readonly #answers = new Map<string, { item_id: string; transcript: string }>();
  #events = 0;

  constructor(dialect: RealtimeDialect = {}) {
    super({ inputFormat: MONO_24K, outputFormat: MONO_24K, resumes: false });
    this.#dialect = dialect;
  }

  override async start(): Promise<void> {
    this.asked.length = 0;
    this.#replayed.clear();
    this.#words.clear();
    this.#answers.clear();
    this.#events = 0;
    await super.start();
  }

  protected override authorise({ url, headers }: UpgradeRequest): Refusal | undefined {
    if (headers.authorization !== `Bearer ${TEST_KEY}`) return { status: 401 };
    if (url.pathname !== '/v1/realtime') return { status: 404 };
    return url.searchParams.get('model') ? undefined : { status: 400 };
  }

  protected override onOpen(session: FakeRealtimeSession): void {
    const model = session.request.url.searchParams.get('model') ?? '';
    this.#send(session, {
      type: 'session.created',
      event_id: this.#eventId(),
      session: { type: 'realtime', model },
    });
  }

  protected override onMessage(session: FakeRealtimeSession, message: unknown): void {
    const command = Command.parse(message);
    this.note(command.type);
    switch (command.type) {
      case 'session.update':
        this.#update(session, command);
        return;
      case 'input_audio_buffer.append':
        session.hear(Buffer.from(command.audio, 'base64'));
        return;
      case 'conversation.item.create':
        this.#add(session, command.item);
        return;
      case 'conversation.item.truncate': {
        const { item_id, content_index, audio_end_ms } = command;
        session.truncate(item_id, audio_end_ms);
        this.#send(session, {
          type: 'conversation.item.truncated',
          event_id: this.#eventId(),
          item_id,
          content_index,
          audio_end_ms,
        });
        return;
      }
      case 'response.create':
        session.respond(command.response?.metadata?.['request_id'] ?? command.event_id);
        return;
      case 'response.cancel':
        if (session.responding) session.cancel();
        else
          this.#refuse(session, {
            type: 'invalid_request_error',
            code: 'response_cancel_not_active',
            message: 'Cancellation failed: no active response found',
            event_id: command.event_id ?? null,
          });
    }
  }

  #update(
    session: FakeRealtimeSession,
    { session: asked }: Extract<Command, { type: 'session.update' }>,
  ): void {
    const { refusal } = this.#dialect;
    if (refusal) {
      this.#refuse(session, refusal);
      return;
    }
    const { instructions = '', tools = [] } = asked;
    const setup = {
      instructions,
      tools: tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
    };
    this.asked.push(JSON.parse(JSON.stringify(asked)));
    if (!this.#begun.has(session)) {
      this.#begun.add(session);
      session.begin({ ...setup, model: session.request.url.searchParams.get('model') ?? '' });
      return;
    }
    session.change(setup);
    this.#send(session, this.#sessionUpdated());
  }

  #add(session: FakeRealtimeSession, item: Item): void {
    switch (item.type) {
      case 'message': {
        const text = item.content.map((part) => ('text' in part ? part.text : '')).join('');
        const images = item.content.flatMap((part) =>
          part.type === 'input_image' ? [part.image_url] : [],
        );
        if (item.role !== 'user') session.remember([{ role: item.role, text }]);
        else if (text === '') for (const image of images) session.see(image);
        else session.write({ text, images });
        break;
      }
      case 'function_call': {
        const { call_id: id, name, arguments: args } = item;
        this.#replayed.add(id);
        const toolCalls = [{ id, name, arguments: args }];
        session.remember([{ role: 'assistant', text: '', toolCalls }]);
        break;
      }
      case 'function_call_output':
        if (this.#replayed.delete(item.call_id))
          session.remember([{ role: 'tool', text: item.output, toolCallId: item.call_id }]);
        else session.result(item.call_id, item.output);
    }
    const event_id = this.#eventId();
    this.#send(session, { type: 'conversation.item.added', event_id, item: { ...item } });
  }

  protected override encode(saying: RealtimeSaying): object[] {
    const event_id = this.#eventId();
    return this.#encode(saying, event_id).map((event) => this.#inDialect(event));
  }

  #encode(saying: RealtimeSaying, event_id: string): RealtimeServerEvent[] {
    switch (saying.type) {
      case 'ready':
        return [this.#sessionUpdated()];
      case 'speech-started': {
        const type = 'input_audio_buffer.speech_started';
        return [{ type, event_id, item_id: saying.itemId, audio_start_ms: this.audioMs }];
      }
      case 'speech-ended': {
        const { itemId: item_id } = saying;
        return [
          {
            type: 'input_audio_buffer.speech_stopped',
            event_id,
            item_id,
            audio_end_ms: this.audioMs,
          },
          {
            type: 'input_audio_buffer.committed',
            event_id: this.#eventId(),
            item_id,
            previous_item_id: null,
          },
        ];
      }
      case 'user-transcript':
        return [this.#userTranscript(saying, event_id)];
      case 'response-started': {
        const { responseId: id, requestId } = saying;
        const metadata = requestId === undefined ? null : { request_id: requestId };
        const response = {
          object: 'realtime.response',
          id,
          status: 'in_progress',
          metadata,
        } as const;
        return [{ type: 'response.created', event_id, response }];
      }
      case 'audio': {
        const { responseId: response_id, itemId: item_id, bytes } = saying;
        const delta = Buffer.from(bytes).toString('base64');
        const type = 'response.output_audio.delta';
        return [{ type, event_id, response_id, item_id, ...place, delta }];
      }
      case 'agent-transcript': {
        const { responseId: response_id, itemId: item_id, delta } = saying;
        const transcript = (this.#answers.get(response_id)?.transcript ?? '') + delta;
        this.#answers.set(response_id, { item_id, transcript });
        const type = 'response.output_audio_transcript.delta';
        return [{ type, event_id, response_id, item_id, ...place, delta }];
      }
      case 'tool-call':
        return this.#toolCall(saying, event_id);
      case 'response-done':
        return this.#responseDone(saying, event_id);
      case 'error': {
        const { message, requestId = null } = saying;
        const code = requestId === null ? null : 'conversation_already_has_active_response';
        const type = requestId === null ? 'server_error' : 'invalid_request_error';
        return [{ type: 'error', event_id, error: { type, code, message, event_id: requestId } }];
      }
    }
  }

  #userTranscript(
    { itemId: item_id, text, final }: Extract<RealtimeSaying, { type: 'user-transcript' }>,
    event_id: string,
  ): RealtimeServerEvent {
    const before = this.#words.get(item_id) ?? '';
    this.#words.set(item_id, text);
    if (!final) {
      const type = 'conversation.item.input_audio_transcription.delta';
      return { type, event_id, item_id, content_index: 0, delta: text.slice(before.length) };
    }
    return {
      type: 'conversation.item.input_audio_transcription.completed',
      event_id,
      item_id,
      content_index: 0,
      transcript: text,
      usage: { type: 'duration', seconds: 1 },
    };
  }

  #toolCall(
    { responseId: response_id, call }: Extract<RealtimeSaying, { type: 'tool-call' }>,
    event_id: string,
  ): RealtimeServerEvent[] {
    const { id: call_id, name, arguments: args } = call;
    const item_id = `fc_${call_id}`;
    const item = { type: 'function_call', id: item_id, call_id, name } as const;
    const at = { response_id, item_id, output_index: 1 };
    return [
      {
        type: 'response.output_item.added',
        event_id,
        response_id,
        output_index: 1,
        item: { ...item, arguments: '', status: 'in_progress' },
      },
      {
        type: 'response.function_call_arguments.delta',
        event_id: this.#eventId(),
        ...at,
        call_id,
        delta: args,
      },
      {
        type: 'response.function_call_arguments.done',
        event_id: this.#eventId(),
        ...at,
        call_id,
        name,
        arguments: args,
      },
      {
        type: 'response.output_item.done',
        event_id: this.#eventId(),
        response_id,
        output_index: 1,
        item: { ...item, arguments: args, status: 'completed' },
      },
    ];
  }

  #responseDone(
    saying: Extract<RealtimeSaying, { type: 'response-done' }>,
    event_id: string,
  ): RealtimeServerEvent[] {
    const { responseId: id, outcome, message, usage } = saying;
    const { inputTokens: input_tokens, outputTokens: output_tokens } = usage;
    const answer = this.#answers.get(id);
    const response: RealtimeResponse = {
      object: 'realtime.response',
      id,
      ...statusOf(outcome, message),
      usage: { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens },
    };
    const done = { type: 'response.done', event_id, response } as const;
    if (!answer) return [done];
    const type = 'response.output_audio_transcript.done';
    return [{ type, event_id: this.#eventId(), response_id: id, ...place, ...answer }, done];
  }

  #sessionUpdated(): RealtimeServerEvent {
    return { type: 'session.updated', event_id: this.#eventId(), session: { type: 'realtime' } };
  }

  #refuse(session: FakeRealtimeSession, error: RealtimeError): void {
    this.#send(session, { type: 'error', event_id: this.#eventId(), error });
  }

  #send(session: FakeRealtimeSession, event: RealtimeServerEvent): void {
    if (!this.stalled) session.send(this.#inDialect(event));
  }

  #inDialect(event: RealtimeServerEvent): object {
    if (!this.#dialect.beta) return event;
    const { type, ...rest } = event;
    const named = type.replace('response.output_audio', 'response.audio');
    if (type === 'response.created')
      return { ...event, response: { ...event.response, metadata: null } };
    if (type !== 'response.function_call_arguments.done') return { type: named, ...rest };
    const { name: _name, ...nameless } = event;
    return nameless;
  }

  #eventId(): string {
    this.#events += 1;
    return `event_${this.#events}`;
  }
}

function statusOf(
  outcome: 'completed' | 'interrupted' | 'failed',
  message: string | undefined,
): Pick<RealtimeResponse, 'status' | 'status_details'> {
  switch (outcome) {
    case 'completed':
      return { status: 'completed' };
    case 'interrupted':
      return {
        status: 'cancelled',
        status_details: { type: 'cancelled', reason: 'client_cancelled' },
      };
    case 'failed':
      return {
        status: 'failed',
        status_details: {
          type: 'failed',
          error: { type: 'server_error', ...(message !== undefined && { message }) },
        },
      };
  }
}

/** What a plugin needs to find the fake. */
export function realtimeOptions(provider: { url: string }): { baseUrl: string; apiKey: string } {
  return { baseUrl: `${provider.url}/v1`, apiKey: TEST_KEY };
}
