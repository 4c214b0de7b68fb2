import type { PcmData } from '../audio/index.ts';
import { drain } from '../component/hooks.ts';
import { ownedMethods } from '../component/owned-methods.ts';
import { connectionPolicy, type ConnectionPolicy } from '../connection/connection-policy.ts';
import { ProviderSocket } from '../connection/provider-socket.ts';
import type { SocketSpec } from '../connection/socket-spec.ts';
import { ProviderError } from '../errors/provider-error.ts';
import type { Participant } from '../events/participant.ts';
import { speakerKey } from '../speaker/speaker-of.ts';
import type { SpeakerStream } from './speaker-stream.ts';
import { settlePartial, STT, speakerLeft, type STTInit } from './stt.ts';
import { STTConnectedEvent, STTDisconnectedEvent } from './stt-events.ts';

/** A connection is given so long to close, however long the audio took. */
const LEAST_FAREWELL_MS = 250;

export interface StreamingSTTInit extends Omit<STTInit, 'serial'> {
  /** Where the provider needs other times or limits than the defaults. */
  connection?: Partial<ConnectionPolicy> | undefined;
}

/**
 * Speech-to-text over a WebSocket, with a connection of its own for each speaker.
 *
 * A plugin implements `openStream()`: the provider's protocol, told as data. A speaker's connection opens with the
 * first audio and keeps itself up until the speaker leaves or the component closes.
 */
export abstract class StreamingSTT extends STT {
  static override readonly [ownedMethods]: Readonly<Record<string, string>> = {
    processAudio: 'openStream()',
  };

  readonly connection: Readonly<ConnectionPolicy>;
  readonly #sockets = new Map<string, ProviderSocket<unknown>>();
  /** Those of speakers who left, until they are closed. */
  readonly #leaving = new Set<ProviderSocket<unknown>>();
  #droppedMs = 0;
  #unconfirmedMs = 0;
  #ignoredMessages = 0;

  constructor(init: StreamingSTTInit) {
    super(init);
    this.connection = Object.freeze(connectionPolicy(init.connection));
  }

  override get droppedMs(): number {
    let sum = super.droppedMs + this.#droppedMs;
    for (const socket of [...this.#sockets.values(), ...this.#leaving]) sum += socket.droppedMs;
    return sum;
  }

  /**
   * Audio that was sent, and is not known to have arrived because its connection was cut, in milliseconds: what may have
   * been lost, at most. All audio that is neither in it nor in `droppedMs` has reached the provider, or still waits for it.
   *
   * What arrived and was not transcribed yet when the connection was cut can't be known: the last partial text is made
   * final then.
   */
  get unconfirmedMs(): number {
    let sum = this.#unconfirmedMs;
    for (const socket of [...this.#sockets.values(), ...this.#leaving]) sum += socket.unconfirmedMs;
    return sum;
  }

  /** Messages of a type that the plugin does not know. */
  get ignoredMessages(): number {
    return this.#ignoredMessages;
  }

  /** The provider's protocol for one speaker. Called for each connection, also when it is made again. */
  protected abstract openStream(speaker: SpeakerStream): SocketSpec<unknown>;

  protected override processAudio(pcm: PcmData, participant: Participant | undefined): void {
    this.#socket(participant).send(pcm);
  }

  #socket(participant: Participant | undefined): ProviderSocket<unknown> {
    const key = speakerKey(participant);
    const known = this.#sockets.get(key);
    if (known) return known;
    const socket: ProviderSocket<unknown> = new ProviderSocket<unknown>({
      provider: this.provider,
      policy: this.connection,
      clock: this.clock,
      spec: () => this.openStream(this.#speakerStream(participant, (error) => socket.fail(error))),
      onConnected: () => this.emit(STTConnectedEvent, { participant }),
      onDisconnected: ({ reason, clean, unconfirmedMs }) => {
        // The next connection knows nothing of the words that this one has told.
        if (!clean) this[settlePartial](participant);
        this.emit(STTDisconnectedEvent, { reason, clean, unconfirmedMs, participant });
      },
      onError: (error, context) => this.reportError(error, context, participant),
      onStateChange: ({ from, to }) => this.debug(`connection ${to}`, { from, participant: key }),
      onIgnored: () => {
        this.#ignoredMessages += 1;
      },
    });
    this.#sockets.set(key, socket);
    socket.open();
    return socket;
  }

  #speakerStream(
    participant: Participant | undefined,
    fail: (error: ProviderError) => void,
  ): SpeakerStream {
    return {
      participant,
      transcript: (text, details) => this.emitTranscript(text, participant, details),
      partialTranscript: (text, details) => this.emitPartialTranscript(text, participant, details),
      turnStarted: (details) => this.emitTurnStarted(participant, details),
      turnResumed: (details) => this.emitTurnResumed(participant, details),
      turnEnded: (details) => this.emitTurnEnded(participant, details),
      error: (kind, message) => {
        const error = new ProviderError({
          provider: this.provider,
          kind,
          message: `${this.provider}: ${message}`,
        });
        if (kind === 'auth' || kind === 'unsupported') fail(error);
        else this.reportError(error, 'provider', participant);
      },
    };
  }

  override async [speakerLeft](key: string): Promise<void> {
    await super[speakerLeft](key);
    const socket = this.#sockets.get(key);
    if (!socket) return;
    // At once, so that a speaker who comes back meanwhile is given a connection that stays.
    this.#sockets.delete(key);
    this.#leaving.add(socket);
    await socket.close();
    this.#droppedMs += socket.droppedMs;
    this.#unconfirmedMs += socket.unconfirmedMs;
    this.#leaving.delete(socket);
  }

  override async [drain](options: { timeoutMs: number }): Promise<void> {
    const startedMs = this.clock.now();
    await super[drain](options);
    const leftMs = options.timeoutMs - (this.clock.now() - startedMs);
    const timeoutMs = Math.max(leftMs, LEAST_FAREWELL_MS);
    await Promise.all([...this.#sockets.values()].map((socket) => socket.close({ timeoutMs })));
  }
}
