import {
  MONO_24K,
  StreamingTTS,
  type OptionsInput,
  type SpeechSocketSpec,
  type SpeechStream,
} from '@vision-agents/core';
import { z } from 'zod';
import {
  FakeTTSProvider,
  type FakeTTSSession,
  type Refusal,
  type TTSSaying,
  type UpgradeRequest,
} from '../../src/index.ts';
import { options, TTS_KEY } from './reference-http.ts';

const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('audio'), id: z.string(), audio: z.base64() }),
  z.object({ type: z.literal('done'), id: z.string() }),
  z.object({ type: z.literal('error'), id: z.string().nullish(), message: z.string() }),
]);
type Message = z.output<typeof Message>;

/** A plugin that keeps a connection for several texts at once. It keeps every rule. */
export class ReferenceSocketTTS extends StreamingTTS {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({ provider: 'reference', providerFormat: MONO_24K });
    this.#settings = options.resolve(input);
  }

  protected override openStream(speech: SpeechStream): SpeechSocketSpec<Message> {
    const { apiKey, baseUrl } = this.#settings;
    return {
      url: `${baseUrl}/speak`,
      headers: { authorization: `Bearer ${apiKey}` },
      messages: Message,
      ready: (message) => message.type === 'ready',
      speak: (text, { id }) => ({ type: 'text', id, text }),
      flush: ({ id }) => ({ type: 'flush', id }),
      cancel: ({ id }) => ({ type: 'cancel', id }),
      farewell: { type: 'close' },
      onMessage(message) {
        switch (message.type) {
          case 'ready':
            return;
          case 'audio':
            speech.audio(Buffer.from(message.audio, 'base64'), message.id);
            return;
          case 'done':
            speech.done(message.id);
            return;
          case 'error':
            speech.error('rate-limit', message.message, message.id);
        }
      },
    };
  }
}

const SerialMessage = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['ready', 'done', 'cancelled']) }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);
type SerialMessage = z.output<typeof SerialMessage>;

/** A plugin of a provider that speaks one text at a time, in binary frames that don't say what they are of. */
export class ReferenceSerialTTS extends StreamingTTS {
  static readonly options = options;
  readonly #settings;

  constructor(input: OptionsInput<typeof options> = {}) {
    super({ provider: 'reference', providerFormat: MONO_24K, serial: true });
    this.#settings = options.resolve(input);
  }

  protected override openStream(speech: SpeechStream): SpeechSocketSpec<SerialMessage> {
    const { apiKey, baseUrl } = this.#settings;
    return {
      url: `${baseUrl}/serial`,
      headers: { authorization: `Bearer ${apiKey}` },
      messages: SerialMessage,
      ready: (message) => message.type === 'ready',
      speak: (text) => ({ type: 'text', text }),
      flush: () => ({ type: 'flush' }),
      cancel: () => ({ type: 'cancel' }),
      farewell: { type: 'close' },
      onBytes: (bytes) => speech.audio(bytes),
      onMessage(message) {
        if (message.type === 'done') speech.done();
        if (message.type === 'cancelled') speech.cancelled();
        if (message.type === 'error') speech.error('rate-limit', message.message);
      },
    };
  }
}

/** Without a way to take a text back. */
export class ReferenceUncancellableTTS extends ReferenceSerialTTS {
  protected override openStream(speech: SpeechStream): SpeechSocketSpec<SerialMessage> {
    return { ...super.openStream(speech), cancel: undefined };
  }
}

const Frame = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('text'),
    id: z.string().default('only'),
    text: z.string().min(1),
  }),
  z.strictObject({ type: z.enum(['flush', 'cancel']), id: z.string().default('only') }),
  z.strictObject({ type: z.literal('close') }),
]);

/** Speaks both protocols: on `/speak` several texts at once, on `/serial` one after the other. */
export class ReferenceTTSProvider extends FakeTTSProvider {
  #serial = false;

  constructor() {
    super({ format: MONO_24K });
  }

  protected override authorise({ url, headers }: UpgradeRequest): Refusal | undefined {
    if (headers.authorization !== `Bearer ${TTS_KEY}`) return { status: 401 };
    return url.pathname === '/speak' || url.pathname === '/serial' ? undefined : { status: 404 };
  }

  protected override onOpen(session: FakeTTSSession): void {
    this.#serial = session.request.url.pathname === '/serial';
    session.send({ type: 'ready' });
  }

  protected override onMessage(session: FakeTTSSession, frame: unknown): void {
    const message = Frame.parse(frame);
    this.note(message.type);
    switch (message.type) {
      case 'text':
        session.piece(message.id, message.text);
        return;
      case 'flush':
        session.speak(message.id);
        return;
      case 'cancel':
        session.cancel(message.id);
        return;
      case 'close':
        session.close();
    }
  }

  protected override encode(saying: TTSSaying): object | Uint8Array | undefined {
    if (this.#serial) return saying.type === 'audio' ? saying.bytes : saying;
    if (saying.type !== 'audio') return saying.type === 'cancelled' ? undefined : saying;
    return { ...saying, bytes: undefined, audio: Buffer.from(saying.bytes).toString('base64') };
  }
}
