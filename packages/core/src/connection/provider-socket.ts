import type { PcmData } from '../audio/index.ts';
import type { Clock, Timer } from '../clock.ts';
import { ArrivalCheck } from './arrival-check.ts';
import { ProviderError } from '../errors/provider-error.ts';
import type { ConnectionPolicy } from './connection-policy.ts';
import {
  nextConnectionState,
  type ConnectionInput,
  type ConnectionState,
} from './connection-state.ts';
import { OutgoingAudio } from './outgoing-audio.ts';
import type { SocketData, SocketSpec } from './socket-spec.ts';
import { Wire } from './wire.ts';
import { CUT } from './wire-errors.ts';

/** Audio given to the socket but not yet out; more would only hide that the provider is slower than the audio. */
const MAX_IN_FLIGHT_MS = 1_000;

export interface ProviderSocketInit<Message> {
  provider: string;
  /** Asked anew for each connection. */
  spec: () => SocketSpec<Message>;
  policy: ConnectionPolicy;
  clock: Clock;
  onConnected(): void;
  /** `clean` is true when it was our own close; `unconfirmedMs` is what the cut may have lost, at most. */
  onDisconnected(event: { reason: string; clean: boolean; unconfirmedMs: number }): void;
  /** A temporary error leaves the socket working; after one that is not retryable it has given up. */
  onError(error: ProviderError, context: string): void;
  onIgnored(): void;
  /** The connection went from one state to another. */
  onStateChange?: ((change: { from: string; to: string }) => void) | undefined;
  /** A number in [0, 1), for the jitter of the waits. */
  random?: (() => number) | undefined;
}

/**
 * A connection to a provider that keeps itself up.
 *
 * It connects with a time limit, waits for the provider to accept the session, watches the heartbeat, reconnects
 * with exponential backoff and full jitter, and keeps the audio that comes meanwhile in a bounded buffer. Nothing
 * in it throws or blocks.
 */
export class ProviderSocket<Message> {
  readonly #init: ProviderSocketInit<Message>;
  readonly #audio: OutgoingAudio;
  #state: ConnectionState = { name: 'idle' };
  #wire: Wire<Message> | undefined;
  #arrivals: ArrivalCheck | undefined;
  #timer: Timer | undefined;
  #progressed = false;
  #readySinceMs = 0;
  #farewell: 'none' | 'wanted' | 'sent' = 'none';
  readonly #farewellDone = Promise.withResolvers<void>();
  #closing: Promise<void> | undefined;
  #spec: SocketSpec<Message> | undefined;

  constructor(init: ProviderSocketInit<Message>) {
    this.#init = init;
    this.#audio = new OutgoingAudio({ maxWaitingMs: init.policy.reconnectBufferMs });
  }

  get state(): ConnectionState['name'] {
    return this.#state.name;
  }

  /** Audio that waits for the provider, in milliseconds. */
  get bufferedMs(): number {
    return this.#audio.waitingMs + this.#audio.inFlightMs;
  }

  /** Audio that was given up, in milliseconds. */
  get droppedMs(): number {
    return this.#audio.droppedMs;
  }

  /**
   * Audio that was sent, and is not known to have arrived because its connection was cut, in milliseconds: what may have
   * been lost, at most. It is not sent again, and not part of `droppedMs`.
   *
   * While audio goes out the provider is pinged each second. What was sent before a ping that it has answered has
   * arrived, and so has everything when it closes the connection after our farewell.
   */
  get unconfirmedMs(): number {
    return this.#audio.unconfirmedMs;
  }

  /** Starts connecting. Once is enough. */
  open(): void {
    this.#apply({ type: 'open' });
  }

  /** Sends the audio, now or when the provider is there; after `close()` it is dropped and counted. Returns at once. */
  send(pcm: PcmData): void {
    if (this.#farewell !== 'none' || this.#state.name === 'failed') {
      this.#audio.refuse(pcm);
      return;
    }
    this.#audio.put(pcm);
    if (this.#state.name === 'resting') this.#apply({ type: 'audio' });
    this.#pump();
  }

  /** Sends a message, if the provider is there. Nothing of it is kept for later. */
  post(data: SocketData): boolean {
    if (this.#state.name !== 'ready' || this.#farewell !== 'none' || !this.#wire) return false;
    this.#wire.send(data);
    return true;
  }

  /** The connection is needed: one that rests makes an attempt, if it is time for one. */
  wake(): void {
    if (this.#state.name === 'resting') this.#apply({ type: 'audio' });
  }

  /** Gives up for good, because of something that the provider said. */
  fail(error: ProviderError): void {
    this.#wire?.terminate();
    this.#onLost(error);
  }

  /**
   * Sends what waits and the farewell, takes the provider's last messages, and closes: within `farewellMs`, or less
   * where there is less time.
   */
  close(options: { timeoutMs?: number | undefined } = {}): Promise<void> {
    const { farewellMs } = this.#init.policy;
    this.#closing ??= this.#close(Math.min(farewellMs, options.timeoutMs ?? farewellMs));
    return this.#closing;
  }

  async #close(limitMs: number): Promise<void> {
    const { clock } = this.#init;
    const cutMs = limitMs / 4;
    this.#farewell = 'wanted';
    const deadline = clock.setTimeout(() => this.#farewellDone.resolve(), limitMs - cutMs);
    this.#sayFarewell();
    await this.#farewellDone.promise;
    const wasReady = this.#state.name === 'ready';
    const wire = this.#wire;
    this.#apply({ type: 'close' });
    this.#audio.drop();
    if (wasReady) this.#init.onDisconnected({ reason: 'closed', clean: true, unconfirmedMs: 0 });
    deadline.cancel();
    this.#arrivals?.stop();
    if (!wire) return;
    wire.end();
    const cut = clock.setTimeout(() => wire.terminate(), cutMs);
    this.#socketGone(await wire.gone);
    cut.cancel();
  }

  /** Once all audio is out: the farewell. At once when there is nobody to say it to. */
  #sayFarewell(): void {
    if (this.#farewell !== 'wanted') return;
    const connected = this.#state.name === 'ready';
    const hopeless = ['idle', 'failed', 'resting'].includes(this.#state.name);
    if (hopeless || (!connected && this.#audio.empty)) this.#farewellDone.resolve();
    if (!connected || !this.#audio.empty || !this.#wire) return;
    this.#farewell = 'sent';
    const { farewell } = this.#spec ?? {};
    if (farewell === undefined) this.#farewellDone.resolve();
    else this.#wire.send(farewell);
  }

  #apply(input: ConnectionInput): void {
    const before = this.#state;
    const state = nextConnectionState(before, input, this.#init.policy);
    if (state === before) return;
    this.#state = state;
    this.#timer?.cancel();
    this.#init.onStateChange?.({ from: before.name, to: state.name });
    switch (state.name) {
      case 'idle':
      case 'ready':
        return;
      case 'connecting':
        this.#connect();
        return;
      case 'waiting': {
        const jitterMs = (this.#init.random ?? Math.random)() * state.maxDelayMs;
        this.#setTimer(Math.max(state.minDelayMs, jitterMs));
        return;
      }
      case 'resting':
        if (!state.due) this.#setTimer(this.#init.policy.restMs);
        return;
      case 'failed':
      case 'closed':
        this.#wire = undefined;
        return;
    }
  }

  #setTimer(delayMs: number): void {
    this.#timer = this.#init.clock.setTimeout(() => this.#apply({ type: 'timer' }), delayMs);
  }

  #connect(): void {
    const { provider, policy, clock } = this.#init;
    this.#progressed = false;
    try {
      const spec = this.#init.spec();
      // The plugin may have given up, or closed, while it was asked.
      if (this.#state.name !== 'connecting') return;
      this.#spec = spec;
      this.#wire = new Wire({
        provider,
        spec,
        policy,
        clock,
        onReady: () => this.#onReady(),
        onMessage: (message) => this.#onMessage(message),
        onBytes: () => {
          this.#progressed = true;
        },
        onIgnored: () => this.#init.onIgnored(),
        onError: (error) => this.#init.onError(error, 'reading a message'),
        onLost: (error) => this.#onLost(error),
      });
    } catch (error) {
      this.#wire = undefined;
      this.#onLost(
        error instanceof SyntaxError
          ? new ProviderError({
              provider,
              kind: 'unsupported',
              message: error.message,
              cause: error,
            })
          : ProviderError.from(error, provider),
      );
    }
  }

  #onReady(): void {
    this.#apply({ type: 'ready' });
    this.#readySinceMs = this.#init.clock.now();
    this.#arrivals = new ArrivalCheck({
      clock: this.#init.clock,
      audio: this.#audio,
      ask: (onAnswer) => this.#wire?.ask(onAnswer),
    });
    this.#init.onConnected();
    this.#pump();
    this.#sayFarewell();
  }

  #onMessage(message: Message): void {
    this.#progressed = true;
    if (this.#farewell === 'sent' && this.#spec?.finished?.(message)) this.#farewellDone.resolve();
  }

  #onLost(error: ProviderError): void {
    const wasReady = this.#state.name === 'ready';
    if (wasReady && this.#init.clock.now() - this.#readySinceMs >= this.#init.policy.maxBackoffMs)
      this.#progressed = true;
    const attempt = this.#state.name === 'connecting' ? this.#state.attempt : undefined;
    this.#wire = undefined;
    this.#arrivals?.stop();
    const farewellAnswered = this.#farewell === 'sent' && error.status !== undefined;
    const unconfirmedMs = this.#socketGone({ code: farewellAnswered ? error.status : CUT });
    this.#apply({ type: 'lost', error, progressed: this.#progressed });
    if (wasReady)
      this.#init.onDisconnected({
        reason: error.message,
        clean: this.#farewell === 'sent',
        unconfirmedMs,
      });
    if (this.#farewell === 'sent') {
      this.#farewellDone.resolve();
      return;
    }
    if (this.#farewell === 'none') {
      const context = attempt === undefined ? 'connection lost' : `connecting, attempt ${attempt}`;
      this.#init.onError(error, context);
      this.#reportRest(error);
    }
    if (this.#state.name === 'failed') this.#audio.drop();
    this.#sayFarewell();
  }

  /**
   * Counts what may have been lost. A provider that closes after our farewell, or our close, has read what came before.
   *
   * @returns how much that is, in milliseconds
   */
  #socketGone({ code }: { code: number }): number {
    if (code !== CUT) this.#audio.arrived(this.#audio.givenMs);
    return this.#audio.takeBack();
  }

  #reportRest(cause: ProviderError): void {
    if (this.#state.name !== 'resting') return;
    const { provider, policy } = this.#init;
    const message = `${provider} could not be reached in ${policy.maxAttempts} attempts; the next one is made in ${policy.restMs} ms if audio comes. The last one: ${cause.message}`;
    this.#init.onError(
      new ProviderError({ provider, kind: 'network', message, cause }),
      'reconnecting',
    );
  }

  #pump(): void {
    const wire = this.#wire;
    if (this.#state.name !== 'ready' || !wire) return;
    while (this.#audio.inFlightMs < MAX_IN_FLIGHT_MS) {
      const pcm = this.#audio.next();
      if (!pcm) return;
      wire.send(this.#encode(pcm), (outcome) => {
        if (this.#wire !== wire) return;
        if (outcome === 'unsendable') this.#audio.unsendable();
        else this.#audio.left();
        this.#arrivals?.audioLeft();
        this.#pump();
        this.#sayFarewell();
      });
    }
  }

  #encode(pcm: PcmData): SocketData {
    try {
      return this.#spec?.encodeAudio?.(pcm) ?? pcm;
    } catch (error) {
      this.#init.onError(ProviderError.from(error, this.#init.provider), 'encoding audio');
      return pcm;
    }
  }
}
