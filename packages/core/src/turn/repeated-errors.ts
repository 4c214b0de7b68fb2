import type { ProviderError } from '../errors/provider-error.ts';

/** The same error again within so long is not told again. */
const REPEAT_MS = 1_000;
/** So many different ones are remembered. */
const MAX_REMEMBERED = 16;

/** Keeps an error that comes with every frame from becoming thirty events a second. */
export class RepeatedErrors {
  readonly #toldMs = new Map<string, number>();

  /** Whether it is to be told: it is not the same as one that was told in the last second. */
  isNew({ kind, message }: ProviderError, nowMs: number): boolean {
    const key = `${kind} ${message}`;
    const toldMs = this.#toldMs.get(key);
    if (toldMs !== undefined && nowMs - toldMs < REPEAT_MS) return false;
    const [oldest] = this.#toldMs.keys();
    if (oldest !== undefined && this.#toldMs.size >= MAX_REMEMBERED) this.#toldMs.delete(oldest);
    this.#toldMs.delete(key);
    this.#toldMs.set(key, nowMs);
    return true;
  }
}
