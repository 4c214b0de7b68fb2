/**
 * Says which frames a rate takes. It goes by a grid of times that no frame moves, so that a rate doesn't sink because
 * frames come a little after their time.
 */
export class FramePace {
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  #dueMs: number | undefined;

  /** @param options.toleranceMs how much early a frame may come and still be taken at once */
  constructor(options: { fps: number; toleranceMs: number }) {
    this.#intervalMs = 1_000 / options.fps;
    this.#toleranceMs = options.toleranceMs;
  }

  /** How long until the next frame is due. */
  waitMs(nowMs: number): number {
    return Math.max(0, (this.#dueMs ?? nowMs) - nowMs);
  }

  /** Whether a frame is due; if so, this one is it. */
  take(nowMs: number): boolean {
    const dueMs = this.#dueMs ?? nowMs;
    if (nowMs < dueMs - this.#toleranceMs) return false;
    // After a pause of the source one frame is made up for, not all that did not come.
    this.#dueMs = Math.max(dueMs + this.#intervalMs, nowMs);
    return true;
  }
}
