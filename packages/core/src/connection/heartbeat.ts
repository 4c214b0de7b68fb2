import type { Clock, Timer } from '../clock.ts';
import type { ConnectionPolicy } from './connection-policy.ts';

export interface HeartbeatInit {
  clock: Clock;
  policy: Pick<ConnectionPolicy, 'heartbeatMs' | 'heartbeatTimeoutMs'>;
  ping(): void;
  /** Nothing came within `heartbeatTimeoutMs` of a ping: the other side is gone. */
  onNoAnswer(): void;
}

/** Watches a connection: when nothing comes for a while it pings, and anything that comes is an answer. */
export class Heartbeat {
  readonly #init: HeartbeatInit;
  #lastReceivedMs = 0;
  #pinged = false;
  #timer: Timer | undefined;

  constructor(init: HeartbeatInit) {
    this.#init = init;
  }

  start(): void {
    this.#lastReceivedMs = this.#init.clock.now();
    this.#watch();
  }

  /** Something came. */
  alive(): void {
    this.#lastReceivedMs = this.#init.clock.now();
    if (!this.#pinged) return;
    this.#pinged = false;
    this.#timer?.cancel();
    this.#watch();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #watch(): void {
    const { clock, policy } = this.#init;
    const quietMs = clock.now() - this.#lastReceivedMs;
    if (quietMs < policy.heartbeatMs) {
      this.#timer = clock.setTimeout(() => this.#watch(), policy.heartbeatMs - quietMs);
      return;
    }
    this.#pinged = true;
    this.#init.ping();
    this.#timer = clock.setTimeout(() => this.#init.onNoAnswer(), policy.heartbeatTimeoutMs);
  }
}
