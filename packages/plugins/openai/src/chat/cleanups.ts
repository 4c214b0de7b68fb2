import type { Clock, Fetch } from '@vision-agents/core';
import { createProviderFetch } from '@vision-agents/core/connection';
import type { Cleanup } from './chat-request.ts';

/** Less than a component waits for when it closes. */
const CLEANUP_MS = 4_000;

/** What is to be done when a request is over, however it ended. */
export class Cleanups {
  readonly #tasks: Cleanup[] = [];

  get size(): number {
    return this.#tasks.length;
  }

  add(task: Cleanup): void {
    this.#tasks.push(task);
  }

  /** Rejects with the first failure, after all have ended. */
  async run({ provider, clock }: { provider: string; clock: Clock }): Promise<void> {
    const abort = new AbortController();
    const { signal } = abort;
    const late = new Error(`cleaning up took longer than ${CLEANUP_MS} ms`);
    const timer = clock.setTimeout(() => abort.abort(late), CLEANUP_MS);
    // The component's own ends when the component closes, and so do its requests.
    const fetch: Fetch = createProviderFetch({ provider, clock, signal });
    const outcomes = await Promise.allSettled(
      this.#tasks.splice(0).map(async (task) => task({ fetch, signal })),
    );
    timer.cancel();
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }
}
