import {
  defineOptions,
  MONO_16K,
  MONO_24K,
  Realtime,
  speakerName,
  textOf,
  type OptionsInput,
  type PcmData,
  type RealtimeCodec,
  type RealtimeCommand,
  type RealtimeEvent,
  type RealtimeInit,
  type RealtimeSession,
  type RealtimeSocketSpec,
  type SocketData,
} from '@vision-agents/core';
import { z } from 'zod';

export const REALTIME_KEY = 'the-realtime-key';

export const options = defineOptions({
  provider: 'reference',
  env: { apiKey: 'REFERENCE_API_KEY' },
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url().default('wss://reference.example'),
    model: z.string().default('parrot'),
  }),
});

export type ReferenceInput = OptionsInput<typeof options>;

export const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), sessionId: z.string(), resume: z.string().nullish() }),
  z.object({ type: z.enum(['speech-started', 'speech-ended']), itemId: z.string() }),
  z.object({
    type: z.literal('user-transcript'),
    itemId: z.string(),
    text: z.string(),
    final: z.boolean(),
  }),
  z.object({
    type: z.literal('response-started'),
    responseId: z.string().optional(),
    requestId: z.string().nullish(),
  }),
  z.object({
    type: z.literal('audio'),
    responseId: z.string().optional(),
    itemId: z.string(),
    audio: z.base64(),
  }),
  z.object({
    type: z.literal('agent-transcript'),
    responseId: z.string().optional(),
    delta: z.string(),
  }),
  z.object({
    type: z.literal('tool-call'),
    responseId: z.string().optional(),
    call: z.object({ id: z.string(), name: z.string(), arguments: z.string() }),
  }),
  z.object({
    type: z.literal('response-done'),
    responseId: z.string().optional(),
    outcome: z.enum(['completed', 'interrupted', 'failed']),
    message: z.string().nullish(),
    usage: z.object({ inputTokens: z.number(), outputTokens: z.number() }).nullish(),
  }),
  z.object({ type: z.literal('error'), message: z.string(), requestId: z.string().nullish() }),
]);
export type Message = z.output<typeof Message>;

export class ReferenceCodec implements RealtimeCodec<Message> {
  readonly #settings: z.output<(typeof options)['schema']>;

  constructor(settings: z.output<(typeof options)['schema']>) {
    this.#settings = settings;
  }

  open({ instructions, tools, resume }: RealtimeSession): RealtimeSocketSpec<Message> {
    const { apiKey, baseUrl, model } = this.#settings;
    return {
      url: `${baseUrl}/talk`,
      headers: { authorization: `Bearer ${apiKey}` },
      messages: Message,
      hello: { type: 'begin', model, instructions, tools, resume },
      ready: ({ type }) => type === 'ready',
      farewell: { type: 'close' },
    };
  }

  decode(message: Message): readonly RealtimeEvent[] {
    switch (message.type) {
      case 'ready':
        return [{ ...message, type: 'session-updated' }];
      case 'speech-started':
        return [{ type: 'user-speech-started', itemId: message.itemId }];
      case 'speech-ended':
        return [{ type: 'user-speech-ended', itemId: message.itemId }];
      case 'user-transcript':
        return [{ ...message, mode: message.final ? 'final' : 'partial' }];
      case 'audio':
        return [{ ...message, audio: Buffer.from(message.audio, 'base64') }];
      case 'agent-transcript':
        return [{ ...message, mode: 'delta', text: message.delta }];
      case 'tool-call':
        return [{ ...message.call, type: 'tool-call', responseId: message.responseId }];
      case 'response-started':
      case 'response-done':
        return [message];
      case 'error':
        return [{ ...message, kind: 'rate-limit' }];
    }
  }

  encodeAudio(pcm: PcmData): SocketData {
    return pcm;
  }

  encode(command: RealtimeCommand): readonly SocketData[] {
    switch (command.type) {
      case 'text': {
        const { requestId, text, images, participant } = command;
        const urls = images.map((image) => ('url' in image ? image.url : jpegUrl(image)));
        const name = speakerName(participant);
        return [{ type: 'text', requestId, text, images: urls, name }];
      }
      case 'tool-results':
        return [command];
      case 'interrupt':
        return [
          ...(command.active && command.cause === 'request' ? [{ type: 'cancel' }] : []),
          ...command.heard.map((heard) => ({ type: 'truncate', ...heard })),
        ];
      case 'video-frame':
        return [{ type: 'image', url: jpegUrl(command.frame) }];
      case 'session-update':
        return [command];
      case 'history': {
        const messages = command.messages.flatMap((message) =>
          message.role === 'tool' || textOf(message) === ''
            ? []
            : [{ role: message.role, text: textOf(message) }],
        );
        return [{ type: 'history', messages }];
      }
    }
  }
}

function jpegUrl({ mimeType, data }: { mimeType: string; data: Uint8Array }): string {
  return `data:${mimeType};base64,${Buffer.from(data).toString('base64')}`;
}

/** A plugin that keeps every rule. */
export class ReferenceRealtime extends Realtime {
  static readonly options = options;
  readonly #settings;

  constructor(input: ReferenceInput = {}, init: Partial<RealtimeInit> = {}) {
    const settings = options.resolve(input);
    super({
      provider: 'reference',
      model: settings.model,
      inputFormat: MONO_16K,
      outputFormat: MONO_24K,
      ...init,
    });
    this.#settings = settings;
  }

  protected override createCodec(): RealtimeCodec {
    return new ReferenceCodec(this.#settings);
  }
}
