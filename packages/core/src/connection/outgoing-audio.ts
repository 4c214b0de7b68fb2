import type { PcmData } from '../audio/index.ts';

/**
 * The audio on its way to the provider: what waits, what was given to the socket but has not left it, and what has
 * left it but is not known to have arrived.
 *
 * When a socket is cut, what had not left it goes back to the front of what waits. What had left it is not sent again,
 * as it may have arrived: it is counted.
 */
export class OutgoingAudio {
  readonly #maxWaitingMs: number;
  #waiting: PcmData[] = [];
  #inFlight: PcmData[] = [];
  #waitingMs = 0;
  #inFlightMs = 0;
  #droppedMs = 0;
  /** What left the socket since it was opened, and how much of that has arrived. */
  #leftMs = 0;
  #arrivedMs = 0;
  #unconfirmedMs = 0;

  constructor(options: { maxWaitingMs: number }) {
    this.#maxWaitingMs = options.maxWaitingMs;
  }

  get waitingMs(): number {
    return this.#waitingMs;
  }

  get inFlightMs(): number {
    return this.#inFlightMs;
  }

  /** Audio that was accepted and then given up, because it did not fit or the connection closed. */
  get droppedMs(): number {
    return this.#droppedMs;
  }

  /** Audio that had left sockets that were then cut, and is not known to have arrived. */
  get unconfirmedMs(): number {
    return this.#unconfirmedMs;
  }

  /** The same of the socket that is open: what would be counted if it were cut now. */
  get underwayMs(): number {
    return this.#leftMs - this.#arrivedMs;
  }

  get empty(): boolean {
    return this.#waiting.length === 0 && this.#inFlight.length === 0;
  }

  put(pcm: PcmData): void {
    this.#waiting.push(pcm);
    this.#waitingMs += pcm.durationMs;
    this.#trim();
  }

  /** Counts audio that comes too late. */
  refuse(pcm: PcmData): void {
    this.#droppedMs += pcm.durationMs;
  }

  /** The oldest chunk that waits; from now on it is in flight. */
  next(): PcmData | undefined {
    const pcm = this.#waiting.shift();
    if (!pcm) return undefined;
    this.#waitingMs -= pcm.durationMs;
    this.#inFlight.push(pcm);
    this.#inFlightMs += pcm.durationMs;
    return pcm;
  }

  /** The oldest chunk in flight has left the socket. */
  left(): void {
    const pcm = this.#inFlight.shift();
    if (!pcm) return;
    this.#inFlightMs -= pcm.durationMs;
    this.#leftMs += pcm.durationMs;
  }

  /** The oldest chunk in flight can't be written: it is given up. */
  unsendable(): void {
    const pcm = this.#inFlight.shift();
    if (!pcm) return;
    this.#inFlightMs -= pcm.durationMs;
    this.#droppedMs += pcm.durationMs;
  }

  /** All that was given to this socket so far, for `arrived()`. */
  get givenMs(): number {
    return this.#leftMs + this.#inFlightMs;
  }

  /** The other side has shown that it has what was given to the socket up to there. */
  arrived(upToMs: number): void {
    this.#arrivedMs = Math.max(this.#arrivedMs, Math.min(upToMs, this.#leftMs));
  }

  /**
   * The socket is gone: what was in flight waits again, before everything else.
   *
   * @returns how much had left it and is not known to have arrived, in milliseconds
   */
  takeBack(): number {
    this.#waiting = [...this.#inFlight, ...this.#waiting];
    this.#waitingMs += this.#inFlightMs;
    this.#inFlight = [];
    this.#inFlightMs = 0;
    this.#trim();
    const { underwayMs } = this;
    this.#unconfirmedMs += underwayMs;
    this.#leftMs = 0;
    this.#arrivedMs = 0;
    return underwayMs;
  }

  /** Gives up what waits. What was given to the socket may still arrive, and is not sent again if it does not. */
  drop(): void {
    this.#droppedMs += this.#waitingMs;
    this.#leftMs += this.#inFlightMs;
    this.#waiting = [];
    this.#inFlight = [];
    this.#waitingMs = 0;
    this.#inFlightMs = 0;
  }

  #trim(): void {
    while (this.#waitingMs > this.#maxWaitingMs && this.#waiting.length > 1) {
      const dropped = this.#waiting.shift()?.durationMs ?? 0;
      this.#waitingMs -= dropped;
      this.#droppedMs += dropped;
    }
  }
}
