import { Piscina } from 'piscina';
import type { Clock } from '../clock.ts';
import { LinkedAbort } from '../connection/http/linked-abort.ts';
import { publishDiagnostic } from '../diagnostics.ts';
import { ProviderError } from '../errors/provider-error.ts';

export interface WorkerPoolInit {
  provider: string;
  /** A module whose default export takes the input and returns the output; both are structured-cloned. */
  module: URL;
  clock: Clock;
  /** Threads that may run at once. */
  threads: number;
  /** Calls that can wait for a thread. */
  maxQueue: number;
}

export interface WorkerCallOptions {
  /** Ends the call: a thread that is busy with it is replaced. */
  signal: AbortSignal;
  /** How long the call may take, the wait for a thread included. */
  deadlineMs: number;
}

/** Threads for work that would block the event loop. They start with the first call. */
export class WorkerPool {
  readonly #init: WorkerPoolInit;
  readonly #pool: Piscina;
  #calls = 0;

  constructor(init: WorkerPoolInit) {
    this.#init = init;
    this.#pool = new Piscina({
      filename: init.module.href,
      minThreads: 0,
      maxThreads: init.threads,
      idleTimeout: 30_000,
    });
    // What comes of no call: the result of one that was aborted just then, or a thread that dies while it is idle.
    // Unheard, it would end the process.
    this.#pool.on('error', (error: unknown) => {
      const { provider } = init;
      const message = error instanceof Error ? error.message : String(error);
      publishDiagnostic({ level: 'warning', category: 'worker', provider, message, data: {} });
    });
  }

  /**
   * Runs the module's function in a thread.
   *
   * @throws ProviderError kind `timeout` after `deadlineMs`, kind `rate-limit` when too many calls wait, kind
   * `internal` when the function throws or the thread dies; the next call gets a new thread
   * @throws the signal's reason when it is aborted
   */
  async run(input: unknown, options: WorkerCallOptions): Promise<unknown> {
    const { signal, deadlineMs } = options;
    const { provider, clock, threads, maxQueue } = this.#init;
    signal.throwIfAborted();
    if (this.#calls >= threads + maxQueue) {
      const message = `${provider}: ${maxQueue} calls already wait for a worker`;
      throw new ProviderError({ provider, kind: 'rate-limit', message });
    }
    this.#calls += 1;
    const abort = new LinkedAbort(signal);
    const timer = clock.setTimeout(() => abort.abort(undefined), deadlineMs);
    try {
      return await this.#pool.run(input, { signal: abort.signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!abort.signal.aborted) throw workerError(provider, error);
      const message = `${provider} took longer than ${deadlineMs} ms in its worker`;
      throw new ProviderError({ provider, kind: 'timeout', message });
    } finally {
      timer.cancel();
      abort.release();
      this.#calls -= 1;
    }
  }

  async destroy(): Promise<void> {
    await this.#pool.destroy();
  }
}

function workerError(provider: string, cause: unknown): ProviderError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const died = /worker exited|terminating worker|ERR_WORKER/i.test(reason);
  const message = died ? `the worker of ${provider} died: ${reason}` : reason;
  return new ProviderError({ provider, kind: 'internal', retryable: died, message, cause });
}
