import type {
  PcmData,
  RealtimeCodec,
  RealtimeCommand,
  RealtimeEvent,
  RealtimeSession,
  RealtimeSocketSpec,
} from '@vision-agents/core';
import type { ConversationItem, RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import { isOpenAI } from '../options.ts';
import { itemsOf, resultItem, userItem } from './conversation-items.ts';
import { FunctionCalls } from './function-calls.ts';
import type { RealtimeSettings } from './realtime-options.ts';
import { ServerEvent } from './server-event.ts';
import { responseDone, serverError } from './server-outcome.ts';
import { sessionChange, sessionConfig } from './session-config.ts';
import { appendAudio, sessionAddress } from './session-socket.ts';

/** The name of the request that a response answers, in its metadata. */
const REQUEST = 'request_id';

/**
 * The Realtime API of OpenAI, as its servers and those of others speak it over a WebSocket.
 *
 * Protocol: `RealtimeClientEvent` and `RealtimeServerEvent` of the package `openai`.
 */
export class OpenAICodec implements RealtimeCodec<ServerEvent> {
  readonly #settings: RealtimeSettings;
  readonly #calls = new FunctionCalls();
  /** Items whose words came in pieces. */
  readonly #inPieces = new Set<string>();
  #accepted = false;
  /** Whether the server gives metadata back, as OpenAI's does. */
  #namesRequests: boolean;

  constructor(settings: RealtimeSettings) {
    this.#settings = settings;
    this.#namesRequests = isOpenAI(settings.baseUrl);
  }

  open(session: RealtimeSession): RealtimeSocketSpec<ServerEvent> {
    const { model, headers } = this.#settings;
    const address = sessionAddress(this.#settings, { model });
    const hello: RealtimeClientEvent = {
      type: 'session.update',
      session: sessionConfig(this.#settings, session),
    };
    return {
      url: address.url,
      headers: { ...address.headers, ...headers },
      messages: ServerEvent,
      hello,
      ready: ({ type }) => type === 'session.updated',
    };
  }

  decode(event: ServerEvent): readonly RealtimeEvent[] {
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        this.#accepted ||= event.type === 'session.updated';
        // It can't be resumed: the next session is told what was said.
        return [{ type: 'session-updated', sessionId: event.session?.id, resume: null }];
      case 'input_audio_buffer.speech_started': {
        const interrupts = this.#settings.turnDetection.interrupt_response;
        return [{ type: 'user-speech-started', itemId: event.item_id, interrupts }];
      }
      case 'input_audio_buffer.speech_stopped':
        return [{ type: 'user-speech-ended', itemId: event.item_id }];
      case 'conversation.item.input_audio_transcription.delta':
        return [
          { type: 'user-transcript', mode: 'delta', itemId: event.item_id, text: event.delta },
        ];
      case 'conversation.item.input_audio_transcription.completed':
        return [
          { type: 'user-transcript', mode: 'final', itemId: event.item_id, text: event.transcript },
        ];
      case 'conversation.item.input_audio_transcription.failed': {
        const message = `what was said can't be transcribed: ${event.error?.message ?? 'no reason is given'}`;
        return [
          { type: 'user-transcript', mode: 'final', itemId: event.item_id },
          { type: 'error', kind: 'network', message },
        ];
      }
      case 'response.created': {
        const { id: responseId, metadata } = event.response;
        return [{ type: 'response-started', responseId, requestId: this.#requestOf(metadata) }];
      }
      case 'response.output_audio.delta':
      case 'response.audio.delta': {
        const audio = Buffer.from(event.delta, 'base64');
        return [{ type: 'audio', responseId: event.response_id, itemId: event.item_id, audio }];
      }
      case 'response.output_audio_transcript.delta':
      case 'response.audio_transcript.delta':
      case 'response.output_text.delta':
      case 'response.text.delta':
        this.#inPieces.add(event.item_id ?? '');
        return this.#said(event.response_id, event.delta);
      case 'response.output_audio_transcript.done':
      case 'response.audio_transcript.done':
        return this.#saidWhole(event, event.transcript);
      case 'response.output_text.done':
      case 'response.text.done':
        return this.#saidWhole(event, event.text);
      case 'response.output_item.added':
      case 'response.output_item.done':
      case 'response.function_call_arguments.done':
        return this.#calls.take(event);
      case 'response.done': {
        const calls = this.#calls.end(event.response);
        this.#inPieces.clear();
        return [...calls, responseDone(event)];
      }
      case 'error':
        return serverError(event.error, { accepted: this.#accepted });
      default:
        return [];
    }
  }

  encodeAudio(pcm: PcmData): RealtimeClientEvent {
    return appendAudio(pcm);
  }

  encode(command: RealtimeCommand): readonly RealtimeClientEvent[] {
    switch (command.type) {
      case 'text':
        return [
          ...command.context.flatMap(itemsOf).map(create),
          create(userItem(command.text, command.images, command.participant)),
          respond(command.requestId),
        ];
      case 'tool-results': {
        const results = command.results.map((result) => create(resultItem(result)));
        return command.respond ? [...results, respond(command.requestId)] : results;
      }
      case 'interrupt': {
        const { active, cause, responseId, heard } = command;
        const cuts = heard.map(({ itemId, playedMs }): RealtimeClientEvent => ({
          type: 'conversation.item.truncate',
          item_id: itemId,
          content_index: 0,
          audio_end_ms: Math.floor(playedMs),
        }));
        if (!active || cause !== 'request') return cuts;
        const response_id = responseId === undefined ? {} : { response_id: responseId };
        return [{ type: 'response.cancel', ...response_id }, ...cuts];
      }
      case 'video-frame':
        return [create(userItem('', [{ type: 'image', ...command.frame }]))];
      case 'session-update':
        return [{ type: 'session.update', session: sessionChange(command) }];
      case 'history':
        return command.messages.flatMap(itemsOf).map(create);
    }
  }

  /** Null for what answers a voice; undefined of a server that says nothing of requests. */
  #requestOf(
    metadata: Readonly<Record<string, unknown>> | null | undefined,
  ): string | null | undefined {
    const requestId = metadata?.[REQUEST];
    const isNamed = typeof requestId === 'string';
    this.#namesRequests ||= isNamed;
    if (isNamed) return requestId;
    return this.#namesRequests ? null : undefined;
  }

  #said(responseId: string | null | undefined, text: string): RealtimeEvent[] {
    return [{ type: 'agent-transcript', mode: 'delta', responseId, text }];
  }

  /** Some servers tell the words only when all are said. */
  #saidWhole(
    event: { item_id?: string | null | undefined; response_id?: string | null | undefined },
    text: string,
  ): RealtimeEvent[] {
    return this.#inPieces.has(event.item_id ?? '') ? [] : this.#said(event.response_id, text);
  }
}

function create(item: ConversationItem): RealtimeClientEvent {
  return { type: 'conversation.item.create', item };
}

function respond(requestId: string): RealtimeClientEvent {
  const response = { metadata: { [REQUEST]: requestId } };
  return { type: 'response.create', event_id: requestId, response };
}
