import type { PcmData } from '../audio/index.ts';
import type { Clock } from '../clock.ts';
import type { ConnectionPolicy } from '../connection/connection-policy.ts';
import { ProviderSocket } from '../connection/provider-socket.ts';
import type { SocketData, SocketSpec } from '../connection/socket-spec.ts';
import { ProviderError } from '../errors/provider-error.ts';
import type { RealtimeCodec, RealtimeSession } from './realtime-codec.ts';
import type { RealtimeCommand } from './realtime-command.ts';
import type { RealtimeEvent } from './realtime-event.ts';

export interface CodecConnectionInit {
  readonly provider: string;
  readonly policy: ConnectionPolicy;
  readonly clock: Clock;
  readonly createCodec: () => RealtimeCodec;
  readonly session: () => Omit<RealtimeSession, 'resume'>;
  onConnected(event: { resumed: boolean; sessionId: string | undefined }): void;
  onDisconnected(event: { reason: string; clean: boolean; unconfirmedMs: number }): void;
  onEvent(event: RealtimeEvent): void;
  /** `forGood` when no further attempt is made, or none for a while. */
  onError(error: ProviderError, context: string, options: { forGood: boolean }): void;
  onStateChange(change: { from: string; to: string }): void;
  onIgnored(): void;
}

/** A session over a socket, by a provider's codec: made again when it is lost, and resumed where the provider can. */
export class CodecConnection {
  readonly #init: CodecConnectionInit;
  readonly #socket: ProviderSocket<unknown>;
  readonly #outcome = Promise.withResolvers<void>();
  #codec: RealtimeCodec | undefined;
  /** What the session that is being made was asked to be resumed with. */
  #resuming: string | undefined;
  #resume: string | undefined;
  #sessionId: string | undefined;
  #last: ProviderError | undefined;

  constructor(init: CodecConnectionInit) {
    this.#init = init;
    this.#outcome.promise.catch(() => undefined);
    this.#socket = new ProviderSocket<unknown>({
      provider: init.provider,
      policy: init.policy,
      clock: init.clock,
      spec: () => this.#spec(),
      onConnected: () => {
        const resumed = this.#resuming !== undefined;
        init.onConnected({ resumed, sessionId: this.#sessionId });
        this.#outcome.resolve();
      },
      onDisconnected: (event) => init.onDisconnected(event),
      onError: (error, context) => this.#onError(error, context),
      onStateChange: (change) => init.onStateChange(change),
      onIgnored: () => init.onIgnored(),
    });
  }

  /** Why nothing can be asked at the moment; undefined when it can, or will be soon. */
  get unreachable(): ProviderError | undefined {
    const { state } = this.#socket;
    if (state !== 'failed' && state !== 'resting') return undefined;
    const { provider } = this.#init;
    const message = `${provider} can't be reached at the moment`;
    return this.#last ?? new ProviderError({ provider, kind: 'network', message });
  }

  get droppedMs(): number {
    return this.#socket.droppedMs;
  }

  get unconfirmedMs(): number {
    return this.#socket.unconfirmedMs;
  }

  /**
   * Connects, and resolves once the provider has accepted the session. What fails for a moment is tried again meanwhile.
   *
   * @throws ProviderError kind `timeout` when there is no session within `connectTimeoutMs`; what the provider refuses
   * the session with
   */
  async open({ signal }: { signal: AbortSignal }): Promise<void> {
    const { clock, policy } = this.#init;
    const { reject, promise } = this.#outcome;
    const timer = clock.setTimeout(() => reject(this.#tooLate()), policy.connectTimeoutMs);
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#socket.open();
    try {
      await promise;
    } catch (error) {
      void this.#socket.close({ timeoutMs: 0 });
      throw error;
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Makes an attempt where the connection rests, if it is time for one. */
  wake(): void {
    this.#socket.wake();
  }

  sendAudio(pcm: PcmData): void {
    this.#socket.send(pcm);
  }

  /** False when there is no session, or the provider has no word for it. */
  send(command: RealtimeCommand): boolean {
    const messages = this.#encode(command);
    return messages.length > 0 && messages.every((message) => this.#socket.post(message));
  }

  close(options: { timeoutMs: number }): Promise<void> {
    return this.#socket.close(options);
  }

  #encode(command: RealtimeCommand): readonly SocketData[] {
    try {
      return this.#codec?.encode(command) ?? [];
    } catch (error) {
      const told = ProviderError.from(error, this.#init.provider);
      this.#init.onError(told, `encoding ${command.type}`, { forGood: false });
      return [];
    }
  }

  #spec(): SocketSpec<unknown> {
    const codec = this.#init.createCodec();
    this.#codec = codec;
    this.#resuming = this.#resume;
    this.#sessionId = undefined;
    const spec = codec.open({ ...this.#init.session(), resume: this.#resume });
    const take = (events: readonly RealtimeEvent[]): void => {
      // The socket may have been lost by one of them.
      for (const event of events) if (this.#codec === codec) this.#take(event);
    };
    return {
      ...spec,
      encodeAudio: (pcm) => codec.encodeAudio(pcm),
      onMessage: (message) => take(codec.decode(message)),
      ...(codec.decodeBytes && { onBytes: (bytes) => take(codec.decodeBytes?.(bytes) ?? []) }),
    };
  }

  #take(event: RealtimeEvent): void {
    if (event.type === 'session-updated') {
      if (event.resume !== undefined) this.#resume = event.resume ?? undefined;
      this.#sessionId = event.sessionId ?? this.#sessionId;
    }
    if (event.type === 'error' && (event.kind === 'auth' || event.kind === 'unsupported')) {
      const { provider } = this.#init;
      const message = `${provider}: ${event.message}`;
      this.#socket.fail(new ProviderError({ provider, kind: event.kind, message }));
      return;
    }
    this.#init.onEvent(event);
  }

  #onError(error: ProviderError, context: string): void {
    const { state } = this.#socket;
    this.#last = error;
    // A session that can't be resumed is begun anew by the next attempt.
    if (state !== 'ready' && context.startsWith('connecting') && this.#resuming !== undefined)
      this.#resume = undefined;
    this.#init.onError(error, context, { forGood: state === 'failed' || state === 'resting' });
    if (state === 'failed') this.#outcome.reject(error);
  }

  #tooLate(): ProviderError {
    const { provider, policy } = this.#init;
    const reason = this.#last ? `: ${this.#last.message}` : '';
    const message = `${provider} gave no session within ${String(policy.connectTimeoutMs)} ms${reason}`;
    return new ProviderError({ provider, kind: 'timeout', message, cause: this.#last });
  }
}
