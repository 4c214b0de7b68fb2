import type { PcmData } from '../audio/index.ts';

/**
 * The audio on its way to the provider: what waits, and what was given to the socket but has not left it.
 *
 * When a socket is cut, what had not left it goes back to the front of what waits.
 */
export class OutgoingAudio {
  readonly #maxWaitingMs: number;
  #waiting: PcmData[] = [];
  #inFlight: PcmData[] = [];
  #waitingMs = 0;
  #inFlightMs = 0;
  #droppedMs = 0;

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
  delivered(): void {
    const pcm = this.#inFlight.shift();
    if (pcm) this.#inFlightMs -= pcm.durationMs;
  }

  /** The socket is gone: what was in flight waits again, before everything else. */
  takeBack(): void {
    this.#waiting = [...this.#inFlight, ...this.#waiting];
    this.#waitingMs += this.#inFlightMs;
    this.#inFlight = [];
    this.#inFlightMs = 0;
    this.#trim();
  }

  /** Gives up everything. */
  drop(): void {
    this.#droppedMs += this.#waitingMs + this.#inFlightMs;
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
