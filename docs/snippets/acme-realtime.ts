import {
  defineOptions,
  MONO_16K,
  MONO_24K,
  Realtime as Base,
  speakerName,
  textOf,
} from '@vision-agents/core';
import type {
  OptionsInput,
  PcmData,
  RealtimeCodec,
  RealtimeCommand,
  RealtimeEvent,
  RealtimeSession,
  RealtimeSocketSpec,
} from '@vision-agents/core';
import { z } from 'zod';

export const options = defineOptions({
  provider: 'acme',
  env: { apiKey: 'ACME_API_KEY' }, // read when the plugin is made, never at import
  schema: z.strictObject({
    apiKey: z.string(),
    baseUrl: z.url().default('wss://api.acme.example'),
  }),
});

// What the provider says, but for its voice, which comes in binary frames. Other types are ignored and counted.
const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), ticket: z.string() }),
  z.object({ type: z.enum(['listening', 'thinking', 'answering']) }),
  z.object({ type: z.enum(['heard', 'hearing', 'saying']), text: z.string() }),
  z.object({ type: z.literal('call'), id: z.string(), name: z.string(), input: z.string() }),
  z.object({ type: z.literal('answered'), read: z.number(), written: z.number() }),
  z.object({ type: z.enum(['interrupted', 'failed', 'warning']), message: z.string() }),
]);
type Message = z.output<typeof Message>;

/** The protocol: messages in, events out, and the other way round. It knows no socket. */
export class Codec implements RealtimeCodec<Message> {
  readonly #settings: z.output<(typeof options)['schema']>;

  constructor(settings: z.output<(typeof options)['schema']>) {
    this.#settings = settings;
  }

  open({ instructions, tools, resume }: RealtimeSession): RealtimeSocketSpec<Message> {
    const { apiKey, baseUrl } = this.#settings;
    return {
      url: `${baseUrl}/live`,
      headers: { authorization: `Bearer ${apiKey}` },
      messages: Message,
      hello: { type: 'setup', instructions, tools, ticket: resume },
      ready: ({ type }) => type === 'ready',
      farewell: { type: 'bye' },
    };
  }

  decode(message: Message): readonly RealtimeEvent[] {
    switch (message.type) {
      case 'ready':
        return [{ type: 'session-updated', resume: message.ticket }];
      case 'listening':
        return [{ type: 'user-speech-started' }];
      case 'thinking':
        return [{ type: 'user-speech-ended' }];
      case 'answering':
        return [{ type: 'response-started' }];
      case 'hearing':
        return [{ type: 'user-transcript', mode: 'partial', text: message.text }];
      case 'heard':
        return [{ type: 'user-transcript', mode: 'final', text: message.text }];
      case 'saying':
        return [{ type: 'agent-transcript', mode: 'delta', text: message.text }];
      case 'call':
        return [
          { type: 'tool-call', id: message.id, name: message.name, arguments: message.input },
        ];
      case 'answered': {
        const { read: inputTokens, written: outputTokens } = message;
        return [{ type: 'response-done', usage: { inputTokens, outputTokens } }];
      }
      case 'interrupted':
      case 'failed':
        return [{ type: 'response-done', outcome: message.type, message: message.message }];
      case 'warning':
        return [{ type: 'error', kind: 'protocol', message: message.message }];
    }
  }

  decodeBytes(audio: Uint8Array): readonly RealtimeEvent[] {
    return [{ type: 'audio', audio, itemId: 'last' }];
  }

  encodeAudio(pcm: PcmData): PcmData {
    return pcm; // its bytes, in a binary frame
  }

  encode(command: RealtimeCommand): readonly object[] {
    switch (command.type) {
      case 'text': {
        const { text, participant } = command;
        return [{ type: 'ask', text, name: speakerName(participant) }];
      }
      case 'tool-results': {
        const { results, respond } = command;
        return [...results.map(wireResult), ...(respond ? [{ type: 'answer' }] : [])];
      }
      case 'interrupt': {
        const stop = command.active && command.cause === 'request' ? [{ type: 'stop' }] : [];
        return [...stop, ...command.heard.map(({ playedMs }) => ({ type: 'cut', playedMs }))];
      }
      case 'session-update':
        return [{ type: 'change', instructions: command.instructions, tools: command.tools }];
      case 'history':
        return command.messages
          .filter((message) => message.role !== 'tool' && textOf(message) !== '')
          .map((message) => ({ type: 'said', role: message.role, text: textOf(message) }));
      case 'video-frame':
        return []; // it can't see
    }
  }
}

function wireResult({ toolCallId: id, content }: { toolCallId: string; content: string }): object {
  return { type: 'result', id, content };
}

export class Realtime extends Base {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({ provider: 'acme', inputFormat: MONO_16K, outputFormat: MONO_24K });
    this.#settings = options.resolve(input);
  }

  protected override createCodec(): RealtimeCodec {
    return new Codec(this.#settings);
  }
}
