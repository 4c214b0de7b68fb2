import type { Clock, Timer } from '../clock.ts';
import type { RealtimeTurn } from './realtime-turn.ts';

/** How long a provider may be silent while it is to answer. */
const ANSWER_MS = 30_000;
/** After an interruption, so long a silence is taken for the end of the response. */
const RETIRED_QUIET_MS = 2_000;

/** A provider that is to answer, or to end what was interrupted, may not be silent for ever. */
export class AnswerWatch {
  readonly #clock: () => Clock;
  readonly #onSilent: (turn: RealtimeTurn, limitMs: number) => void;
  #timer: Timer | undefined;

  constructor(init: {
    clock: () => Clock;
    onSilent: (turn: RealtimeTurn, limitMs: number) => void;
  }) {
    this.#clock = init.clock;
    this.#onSilent = init.onSilent;
  }

  /** Something of this turn's answer has come, or is to come from now on; nothing is, without one. */
  watch(turn: RealtimeTurn | undefined): void {
    this.stop();
    if (!turn) return;
    const limitMs = turn.retired ? RETIRED_QUIET_MS : ANSWER_MS;
    this.#timer = this.#clock().setTimeout(() => this.#onSilent(turn, limitMs), limitMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
