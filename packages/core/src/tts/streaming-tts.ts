import type { Timer } from '../clock.ts';
import { drain } from '../component/hooks.ts';
import { ownedMethods } from '../component/owned-methods.ts';
import { connectionPolicy, type ConnectionPolicy } from '../connection/connection-policy.ts';
import { ProviderSocket } from '../connection/provider-socket.ts';
import { ProviderError, type ProviderErrorKind } from '../errors/provider-error.ts';
import type { SpeechSocketSpec, SpeechStream } from './speech-socket-spec.ts';
import { reportOnce, TTS, type SpeechContext, type TTSInit } from './tts.ts';
import { TTSConnectedEvent, TTSDisconnectedEvent } from './tts-events.ts';
import { Utterance } from './utterance.ts';

/** What taking a text back may take, until the connection is made anew instead. */
const CANCEL_MS = 1_000;

export interface StreamingTTSInit extends TTSInit {
  /** Where the provider needs other times or limits than the defaults. */
  connection?: Partial<ConnectionPolicy> | undefined;
  /** False when the provider takes a text only as a whole. */
  streaming?: boolean | undefined;
}

/**
 * Text-to-speech over a WebSocket that is kept for all texts.
 *
 * A plugin implements `openStream()`: the provider's protocol, told as data. The connection is made at the start and
 * keeps itself up. A text of which nothing was heard when the connection was lost is asked for once more.
 */
export abstract class StreamingTTS extends TTS {
  static override readonly [ownedMethods]: Readonly<Record<string, string>> = {
    streamAudio: 'openStream()',
    streamText: 'openStream()',
  };

  readonly connection: Readonly<ConnectionPolicy>;
  readonly #serial: boolean;
  readonly #streaming: boolean;
  #socket: ProviderSocket<unknown> | undefined;
  #spec: SpeechSocketSpec<unknown> | undefined;
  #waiting: Utterance[] = [];
  /** Those that the provider was asked for, by id. */
  readonly #asked = new Map<string, Utterance>();
  /** A serial provider still has to end a text that was taken back. */
  #cancelling: { readonly timer: Timer } | undefined;
  #firstOutcome: { resolve(): void; reject(error: ProviderError): void } | undefined;
  /** Why the provider was given up. */
  #refusal: ProviderError | undefined;
  #ignoredMessages = 0;

  constructor(init: StreamingTTSInit) {
    // One text after the other is seen to here, where it is known when the provider is done with one.
    const { serial = false, streaming = true, connection, ...rest } = init;
    super(rest);
    this.connection = Object.freeze(connectionPolicy(connection));
    this.#serial = serial;
    this.#streaming = streaming;
  }

  override get streaming(): boolean {
    return this.#streaming;
  }

  /** Messages of a type that the plugin does not know. */
  get ignoredMessages(): number {
    return this.#ignoredMessages;
  }

  /** The provider's protocol. Called for each connection, also when it is made again. */
  protected abstract openStream(speech: SpeechStream): SpeechSocketSpec<unknown>;

  /** Connects. A provider that can't be reached is tried again in the background; one that refuses the key is not. */
  protected override async onStart({ signal }: { signal: AbortSignal }): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#firstOutcome = { resolve, reject };
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    this.#refusal = undefined;
    this.#connect();
    await promise;
  }

  protected override streamAudio(text: string, context: SpeechContext): Utterance {
    const utterance = this.#newUtterance(context);
    utterance.pieces.push(text);
    utterance.complete = true;
    this.#enqueue(utterance);
    return utterance;
  }

  protected override streamText(text: AsyncIterable<string>, context: SpeechContext): Utterance {
    const utterance = this.#newUtterance(context);
    void this.#readText(text, utterance);
    return utterance;
  }

  #newUtterance({ previousText, signal }: SpeechContext): Utterance {
    const utterance = new Utterance({ provider: this.provider, previousText });
    signal.addEventListener('abort', () => this.#cancel(utterance), { once: true });
    return utterance;
  }

  async #readText(text: AsyncIterable<string>, utterance: Utterance): Promise<void> {
    try {
      for await (const piece of text) {
        if (utterance.ended) return;
        utterance.pieces.push(piece);
        if (utterance.pieces.length === 1) this.#enqueue(utterance);
        else if (this.#asked.has(utterance.id)) this.#speak(utterance, piece, false);
      }
      utterance.complete = true;
      if (utterance.pieces.length === 0) utterance.end();
      if (this.#asked.has(utterance.id)) this.#flush(utterance);
    } catch (error) {
      this.#cancel(utterance, ProviderError.from(error, this.provider));
    }
  }

  #enqueue(utterance: Utterance): void {
    if (utterance.ended) return;
    this.#waiting.push(utterance);
    this.#socket?.wake();
    this.#pump();
  }

  /** Asks for what waits, as far as the provider takes it. */
  #pump(): void {
    const socket = this.#socket;
    if (socket?.state === 'failed' || socket?.state === 'resting')
      this.#failWaiting(this.#refusal ?? unreachable(this.provider));
    if (socket?.state !== 'ready') return;
    while (this.#waiting.length > 0) {
      if (this.#serial && (this.#asked.size > 0 || this.#cancelling)) return;
      const utterance = this.#waiting.shift();
      if (!utterance || utterance.ended) continue;
      this.#asked.set(utterance.id, utterance);
      for (const [index, piece] of utterance.pieces.entries())
        this.#speak(utterance, piece, index === 0);
      if (utterance.complete) this.#flush(utterance);
    }
  }

  #speak({ id, previousText }: Utterance, piece: string, first: boolean): void {
    const spec = this.#spec;
    if (spec) this.#socket?.post(spec.speak(piece, { id, first, previousText }));
  }

  #flush({ id }: Utterance): void {
    const message = this.#spec?.flush?.({ id });
    if (message !== undefined) this.#socket?.post(message);
  }

  /** Nobody wants it any more, or it can't go on. */
  #cancel(utterance: Utterance, error?: ProviderError): void {
    if (error) utterance.fail(error);
    else utterance.end();
    if (!this.#asked.delete(utterance.id)) {
      this.#waiting = this.#waiting.filter((other) => other !== utterance);
      return;
    }
    const message = this.#spec?.cancel?.({ id: utterance.id });
    if (message !== undefined) this.#socket?.post(message);
    if (!this.#serial || this.closed) return;
    // Until its end is told, what comes can't be told from what comes for the next text.
    if (message === undefined) this.#reconnect();
    else this.#cancelling = { timer: this.clock.setTimeout(() => this.#reconnect(), CANCEL_MS) };
  }

  #cancelled(): void {
    this.#cancelling?.timer.cancel();
    this.#cancelling = undefined;
  }

  #reconnect(): void {
    const socket = this.#socket;
    this.#connect();
    if (socket) this.spawn('closing a connection', () => socket.close({ timeoutMs: 0 }));
  }

  #connect(): void {
    this.#cancelled();
    const socket: ProviderSocket<unknown> = new ProviderSocket<unknown>({
      provider: this.provider,
      policy: this.connection,
      clock: this.clock,
      spec: () => (this.#spec = this.openStream(this.#speechStream(socket))),
      onConnected: () => {
        this.emit(TTSConnectedEvent, {});
        this.#firstOutcome?.resolve();
        this.#pump();
      },
      onDisconnected: ({ reason, clean }) => this.emit(TTSDisconnectedEvent, { reason, clean }),
      onError: (error, context) => this.#onError(socket, error, context),
      onStateChange: ({ from, to }) => this.debug(`connection ${to}`, { from }),
      onIgnored: () => {
        this.#ignoredMessages += 1;
      },
    });
    this.#socket = socket;
    socket.open();
  }

  #onError(socket: ProviderSocket<unknown>, error: ProviderError, context: string): void {
    if (socket !== this.#socket) return;
    const idle = this.#asked.size + this.#waiting.length === 0;
    // A provider may well close a connection on which nothing is said; the next one is being made.
    const expected = idle && error.retryable && context === 'connection lost';
    if (expected) this.debug(context, { error: error.message });
    else this[reportOnce](error, context);
    if (socket.state !== 'ready') this.#onLost(error);
    if (socket.state === 'resting') this.#failWaiting(error);
    if (socket.state === 'failed') this.#giveUp(error);
    else this.#firstOutcome?.resolve();
  }

  #giveUp(error: ProviderError): void {
    this.#refusal = error;
    this.#failWaiting(error);
    this.#firstOutcome?.reject(error);
  }

  /** What was under way is lost; what was not heard at all is asked for again, once. */
  #onLost(error: ProviderError): void {
    this.#cancelled();
    const again: Utterance[] = [];
    for (const utterance of this.#asked.values()) {
      if (utterance.heard || utterance.repeated) {
        utterance.fail(error);
      } else {
        utterance.repeated = true;
        again.push(utterance);
      }
    }
    this.#asked.clear();
    this.#waiting.unshift(...again);
  }

  #failWaiting(error: ProviderError): void {
    for (const utterance of this.#waiting.splice(0)) utterance.fail(error);
  }

  #speechStream(socket: ProviderSocket<unknown>): SpeechStream {
    const find = (id: string | null | undefined): Utterance | undefined => {
      if (id !== undefined && id !== null) return this.#asked.get(id);
      return this.#serial && !this.#cancelling ? this.#asked.values().next().value : undefined;
    };
    return {
      audio: (audio, id) => find(id)?.put(audio),
      done: (id) => {
        const utterance = find(id);
        utterance?.end();
        if (utterance) this.#asked.delete(utterance.id);
        this.#pump();
      },
      cancelled: () => {
        this.#cancelled();
        this.#pump();
      },
      error: (kind, message, id) => this.#onSpeechError(socket, { kind, message, id }, find(id)),
    };
  }

  #onSpeechError(
    socket: ProviderSocket<unknown>,
    told: { kind: ProviderErrorKind; message: string; id: string | null | undefined },
    utterance: Utterance | undefined,
  ): void {
    const { provider } = this;
    const { kind, id } = told;
    const message = `${provider}: ${told.message}`;
    const error = new ProviderError({ provider, kind, message });
    const concerned = utterance ? [utterance] : id ? [] : [...this.#asked.values()];
    for (const { id: lost } of concerned) this.#asked.delete(lost);
    for (const lost of concerned) lost.fail(error);
    if ((kind === 'auth' || kind === 'unsupported') && !id) socket.fail(error);
    else if (concerned.length === 0) this[reportOnce](error, 'provider');
    this.#pump();
  }

  override async [drain](options: { timeoutMs: number }): Promise<void> {
    await super[drain](options);
    this.#failWaiting(unreachable(this.provider));
    this.#cancelled();
    await this.#socket?.close(options);
  }
}

function unreachable(provider: string): ProviderError {
  const message = `${provider} can't be reached at the moment`;
  return new ProviderError({ provider, kind: 'network', message });
}
