import { WebSocket, type RawData } from 'ws';
import { PcmData } from '../audio/index.ts';
import type { Clock, Timer } from '../clock.ts';
import { describeValue } from '../describe-value.ts';
import { ProviderError } from '../errors/provider-error.ts';
import type { ConnectionPolicy } from './connection-policy.ts';
import { Heartbeat } from './heartbeat.ts';
import { parseMessage } from './parse-message.ts';
import { rememberRequestSecrets } from './request-secrets.ts';
import type { SocketData, SocketSpec } from './socket-spec.ts';
import { closeError, socketError, upgradeError } from './wire-errors.ts';

/** So many messages in a row that can't be read mean that the other side speaks another protocol. */
const MAX_UNREADABLE = 20;

export interface WireInit<Message> {
  provider: string;
  spec: SocketSpec<Message>;
  policy: ConnectionPolicy;
  clock: Clock;
  /** The provider accepted the session. */
  onReady(): void;
  /** A message came after the session was accepted. */
  onMessage(message: Message): void;
  /** A binary frame that the plugin takes came after the session was accepted. */
  readonly onBytes: () => void;
  /** A message of an unknown type came. */
  onIgnored(): void;
  /** Something is wrong, but the connection goes on. */
  onError(error: ProviderError): void;
  /** The connection is gone, or never was. Called once; nothing is called after it. */
  onLost(error: ProviderError): void;
}

/** One WebSocket, from the first packet to the last: readiness, order of messages, heartbeat, and one clear end. */
export class Wire<Message> {
  readonly #init: WireInit<Message>;
  readonly #socket: WebSocket;
  readonly #gone = Promise.withResolvers<{ code: number }>();
  readonly #heartbeat: Heartbeat;
  #ready = false;
  #lost = false;
  #unreadable = 0;
  #connectTimer: Timer | undefined;
  #idleTimer: Timer | undefined;
  #endTimer: Timer | undefined;
  #lastSentMs = 0;
  #questions = 0;
  #question: { id: string; onAnswer: () => void } | undefined;

  /** @throws SyntaxError for a URL, header or subprotocol that can't be used */
  constructor(init: WireInit<Message>) {
    this.#init = init;
    const { spec, policy, clock } = init;
    rememberRequestSecrets(spec.url, Object.entries(spec.headers ?? {}));
    this.#socket = new WebSocket(spec.url, [...(spec.protocols ?? [])], {
      headers: { ...spec.headers },
      maxPayload: policy.maxMessageBytes,
      perMessageDeflate: false,
    });
    this.#socket.on('open', () => this.#onOpen());
    this.#socket.on('message', (data, isBinary) => this.#onFrame(data, isBinary));
    this.#socket.on('pong', (id) => this.#onPong(id.toString()));
    this.#socket.on('ping', () => this.#alive());
    this.#socket.on('unexpected-response', (request, response) => {
      this.#lose(upgradeError(init.provider, response));
      request.destroy();
    });
    this.#socket.on('error', (error) => this.#lose(socketError(init.provider, error)));
    this.#socket.on('close', (code, reason) => {
      this.#lose(closeError(init.provider, code, reason.toString()));
      this.#gone.resolve({ code });
    });
    this.#heartbeat = new Heartbeat({
      clock,
      policy,
      ping: () => this.#socket.ping(this.#question?.id),
      onNoAnswer: () => this.#onNoPong(),
    });
    this.#connectTimer = clock.setTimeout(() => this.#onConnectTimeout(), policy.connectTimeoutMs);
  }

  /** Resolves when the socket is really gone, with the code that the provider closed it with, or `CUT`. */
  get gone(): Promise<{ code: number }> {
    return this.#gone.promise;
  }

  /**
   * Writes one frame. `onDone` is called when it has left the socket, or can't be sent at all, and never if the socket
   * is cut before.
   */
  send(data: SocketData, onDone?: (outcome: 'left' | 'unsendable') => void): void {
    if (this.#lost) return;
    if (this.#socket.readyState !== WebSocket.OPEN) {
      this.#expectEnd();
      return;
    }
    const frame = this.#guard(() => encode(data));
    if (frame === undefined) {
      // It can't be sent, now or later, and must not hold up what comes after it.
      if (onDone) queueMicrotask(() => onDone('unsendable'));
      return;
    }
    this.#lastSentMs = this.#init.clock.now();
    this.#socket.send(frame, (error) => {
      if (!error) onDone?.('left');
    });
  }

  /** Asks whether all that was sent so far has arrived. `onAnswer` is called when it has; a later question replaces it. */
  ask(onAnswer: () => void): void {
    if (this.#lost || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#questions += 1;
    this.#question = { id: String(this.#questions), onAnswer };
    this.#socket.ping(this.#question.id);
  }

  /** Closes the socket properly. Nothing is called after this. */
  end(): void {
    this.#stop();
    this.#socket.close(1000);
  }

  /** Cuts the socket at once. Nothing is called after this. */
  terminate(): void {
    this.#stop();
    this.#socket.terminate();
  }

  #onOpen(): void {
    if (this.#lost) return;
    const { spec } = this.#init;
    this.#heartbeat.start();
    if (spec.hello !== undefined) this.send(spec.hello);
    if (!spec.ready) this.#becomeReady();
  }

  #becomeReady(): void {
    if (this.#lost) return;
    this.#ready = true;
    this.#connectTimer?.cancel();
    this.#lastSentMs = this.#init.clock.now();
    this.#watchIdle();
    this.#init.onReady();
  }

  #onFrame(data: RawData, isBinary: boolean): void {
    if (this.#lost) return;
    this.#alive();
    if (isBinary) {
      this.#onBytes(data);
      return;
    }
    const parsed = parseMessage(textOf(data), this.#init.spec.messages);
    switch (parsed.type) {
      case 'message':
        this.#unreadable = 0;
        this.#onMessage(parsed.message);
        return;
      case 'unknown':
        this.#unreadable = 0;
        this.#init.onIgnored();
        return;
      case 'malformed':
        this.#onUnreadable(parsed.reason);
        return;
    }
  }

  #onBytes(data: RawData): void {
    const { spec, onBytes } = this.#init;
    if (!spec.onBytes) {
      this.#onUnreadable('a binary frame, where text was expected');
      return;
    }
    this.#unreadable = 0;
    this.#guard(() => spec.onBytes?.(bytesOf(data)));
    if (this.#ready && !this.#lost) onBytes();
  }

  #onMessage(message: Message): void {
    const { spec } = this.#init;
    const progress = this.#ready;
    if (!this.#ready && this.#guard(() => spec.ready?.(message))) this.#becomeReady();
    if (!this.#lost) this.#guard(() => spec.onMessage(message));
    if (progress && !this.#lost) this.#guard(() => this.#init.onMessage(message));
  }

  /** Runs what a plugin wrote. What it throws, also later, is told as an error and goes no further. */
  #guard<T>(run: () => T): T | undefined {
    const report = (error: unknown): void => {
      if (!this.#lost) this.#init.onError(ProviderError.from(error, this.#init.provider));
    };
    try {
      const result = run();
      if (result instanceof Promise) result.catch(report);
      return result;
    } catch (error) {
      report(error);
      return undefined;
    }
  }

  /** One event for a run of them; a flood ends the connection. */
  #onUnreadable(reason: string): void {
    const { provider } = this.#init;
    this.#unreadable += 1;
    const message = `${provider} sent a message that can't be read: ${reason}`;
    if (this.#unreadable === 1)
      this.#init.onError(new ProviderError({ provider, kind: 'protocol', message }));
    if (this.#unreadable === MAX_UNREADABLE) {
      this.#lose(
        new ProviderError({
          provider,
          kind: 'protocol',
          message: `${message} (${MAX_UNREADABLE} in a row)`,
        }),
      );
    }
  }

  #onConnectTimeout(): void {
    const { provider, policy } = this.#init;
    const missing =
      this.#socket.readyState === WebSocket.OPEN ? 'did not accept the session' : 'did not answer';
    this.#lose(
      new ProviderError({
        provider,
        kind: 'timeout',
        message: `${provider} ${missing} within ${policy.connectTimeoutMs} ms`,
      }),
    );
  }

  #alive(): void {
    if (!this.#lost) this.#heartbeat.alive();
  }

  /** Frames are read in order: who answers a ping has read all that was sent before it. */
  #onPong(id: string): void {
    if (this.#lost) return;
    this.#alive();
    const question = this.#question;
    if (question?.id !== id) return;
    this.#question = undefined;
    question.onAnswer();
  }

  #onNoPong(): void {
    const { provider, policy } = this.#init;
    const message = `${provider} did not answer a ping within ${policy.heartbeatTimeoutMs} ms`;
    this.#lose(new ProviderError({ provider, kind: 'timeout', message }));
  }

  #watchIdle(): void {
    const { clock, spec } = this.#init;
    if (!spec.idle) return;
    const leftMs = this.#lastSentMs + spec.idle.afterMs - clock.now();
    if (leftMs <= 0) {
      const data = this.#guard(() => spec.idle?.send());
      if (data !== undefined) this.send(data);
      if (this.#lost) return;
    }
    this.#idleTimer = clock.setTimeout(
      () => this.#watchIdle(),
      leftMs > 0 ? leftMs : spec.idle.afterMs,
    );
  }

  /** The provider said that it closes, but what it said is only told once the socket is gone: it is given a moment. */
  #expectEnd(): void {
    const { clock, policy, provider } = this.#init;
    const message = `${provider} closed the session and kept the connection`;
    this.#endTimer ??= clock.setTimeout(
      () => this.#lose(new ProviderError({ provider, kind: 'network', message })),
      policy.farewellMs,
    );
  }

  #lose(error: ProviderError): void {
    if (this.#lost) return;
    this.terminate();
    this.#init.onLost(error);
  }

  #stop(): void {
    this.#lost = true;
    this.#connectTimer?.cancel();
    this.#heartbeat.stop();
    this.#idleTimer?.cancel();
    this.#endTimer?.cancel();
  }
}

function encode(data: SocketData): string | Uint8Array {
  if (typeof data === 'string' || data instanceof Uint8Array) return data;
  if (PcmData.isPcmData(data)) return data.toBytes();
  // Undefined for a function, whatever its type says.
  const text: string | undefined = JSON.stringify(data);
  if (text === undefined) throw new TypeError(`can't be sent as JSON: ${describeValue(data)}`);
  return text;
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
