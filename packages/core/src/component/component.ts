import type { StandardSchemaV1 } from '@standard-schema/spec';
import { systemClock, type Clock } from '../clock.ts';
import { createProviderFetch, type Fetch, type HttpPolicy } from '../connection/http/index.ts';
import { LinkedAbort } from '../connection/http/linked-abort.ts';
import { ProviderError } from '../errors/provider-error.ts';
import { EventBus } from '../events/event-bus.ts';
import type { Participant } from '../events/participant.ts';
import type { PluginEvent } from '../events/plugin-event.ts';
import { publishDiagnostic, type Diagnostic } from '../diagnostics.ts';
import { Metrics } from '../metrics/metrics.ts';
import { ComponentClosedError } from './component-closed-error.ts';
import type { ComponentErrorEvent } from './component-error-event.ts';
import { afterStart, closeOutputs, drain } from './hooks.ts';
import { assertOwnMethods, ownedMethods } from './owned-methods.ts';
import { assertWatchedMethods } from './watched-methods.ts';
import { WorkerPools } from '../worker/worker-pools.ts';
import { within } from './within.ts';

const brand = Symbol.for('vision-agents.component');

const DRAIN_MS = 1_000;
/** A drain keeps its own time; only one that is this much over it counts as hung. */
const DRAIN_GRACE_MS = 1_000;
const CLOSE_STEP_MS = 5_000;
const WORKER_DEADLINE_MS = 30_000;

export interface ComponentInit {
  /** The provider's name, as events and errors show it. */
  provider: string;
  model?: string | undefined;
  /** Where the provider's HTTP interface needs other times or limits than the defaults. */
  http?: Partial<HttpPolicy> | undefined;
}

/** What `emit` takes: the fields that the event class adds, and who it is about. */
export type EventFields<E extends PluginEvent> = Omit<E, keyof PluginEvent> & {
  participant?: Participant | undefined;
};

type Lifecycle =
  | { name: 'new' }
  | { name: 'starting'; promise: Promise<void>; abort: AbortController; work: Promise<void> }
  | { name: 'started' }
  | { name: 'closed'; promise: Promise<void> };

/**
 * What every plugin class is: it starts, works, and closes, in an order that is kept here.
 *
 * A plugin implements `onStart()` and `onClose()`; `start()` and `close()` are the base's.
 */
export abstract class Component implements AsyncDisposable {
  static readonly [ownedMethods]: Readonly<Record<string, string>> = {
    start: 'onStart()',
    close: 'onClose()',
  };

  readonly [brand] = true;
  /** What kind of component this is: `stt`, `tts`, … */
  abstract readonly category: string;
  readonly provider: string;
  readonly model: string | undefined;
  readonly events: EventBus = new EventBus();
  /** What is measured, by OpenTelemetry's names. */
  readonly metrics: Metrics;

  readonly #http: Partial<HttpPolicy> | undefined;
  #fetch: Fetch | undefined;
  readonly #aborter = new AbortController();
  readonly #tasks = new Set<Promise<void>>();
  readonly #workers: WorkerPools;
  #clock: Clock = systemClock;
  #lifecycle: Lifecycle = { name: 'new' };

  constructor(init: ComponentInit) {
    this.provider = init.provider;
    this.model = init.model;
    this.metrics = new Metrics({ provider: init.provider, model: init.model });
    this.#http = init.http;
    this.#workers = new WorkerPools({ provider: init.provider });
  }

  /** True also for components of another copy of core. */
  static isComponent(value: unknown): value is Component {
    return typeof value === 'object' && value !== null && brand in value;
  }

  get started(): boolean {
    return this.#lifecycle.name === 'started';
  }

  /** True from the moment `close()` is called. */
  get closed(): boolean {
    return this.#lifecycle.name === 'closed';
  }

  /** Aborted when the component closes, after what was under way had its chance to finish. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  get clock(): Clock {
    return this.#clock;
  }

  /**
   * For every HTTP request to the provider, also a vendor SDK's (`fetch: this.fetch`, with its own retries off): it
   * keeps the times and limits of the policy, repeats what may be repeated, and ends when the component closes.
   */
  protected get fetch(): Fetch {
    // The clock is asked each time: an SDK is often built before `useClock()`.
    const clock: Clock = {
      now: () => this.#clock.now(),
      setTimeout: (callback, delayMs) => this.#clock.setTimeout(callback, delayMs),
    };
    const { provider, signal } = this;
    this.#fetch ??= createProviderFetch({ provider, clock, signal, policy: this.#http });
    return this.#fetch;
  }

  /** Runs the component on another clock, for instance a virtual one. Only before `start()`. */
  useClock(clock: Clock): this {
    if (this.#lifecycle.name !== 'new')
      throw new TypeError('useClock() must be called before start()');
    this.#clock = clock;
    return this;
  }

  /**
   * Makes the component ready. Concurrent calls share one start; once started, further calls do nothing.
   *
   * @throws ComponentClosedError after `close()`, and when `close()` is called meanwhile
   * @throws ProviderError what `onStart()` threw; it may be tried again
   * @throws TypeError when the class overrides a method that belongs to its base, or has as a field what is to be a method
   */
  start(): Promise<void> {
    const lifecycle = this.#lifecycle;
    switch (lifecycle.name) {
      case 'new': {
        const abort = new AbortController();
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const work = Promise.withResolvers<void>();
        this.#lifecycle = { name: 'starting', promise, abort, work: work.promise };
        abort.signal.addEventListener('abort', () => reject(abort.signal.reason), { once: true });
        this.#start(abort.signal).then(resolve, reject).finally(work.resolve);
        return promise;
      }
      case 'starting':
        return lifecycle.promise;
      case 'started':
        return Promise.resolve();
      case 'closed':
        return Promise.reject(this.#closedError());
    }
  }

  /** Finishes what is under way (at most a second), then lets go of everything. Calls share one close; it never rejects. */
  close(): Promise<void> {
    const lifecycle = this.#lifecycle;
    if (lifecycle.name === 'closed') return lifecycle.promise;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#lifecycle = { name: 'closed', promise };
    void this.#close(lifecycle).then(resolve);
    return promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Called once by `start()`. The signal is aborted when the component is closed meanwhile. */
  protected onStart(_context: { signal: AbortSignal }): Promise<void> | void {}

  /** Called once by `close()`, after `signal` was aborted and the background tasks have ended. */
  protected onClose(): Promise<void> | void {}

  /** The event that tells of an error in this category. */
  protected abstract readonly errorEvent: new () => ComponentErrorEvent;

  /** Runs work in the background: `close()` aborts its signal and waits for it; a failure becomes an error event. */
  protected spawn(name: string, task: (signal: AbortSignal) => Promise<void>): void {
    if (this.signal.aborted) return;
    const running = (async () => task(this.signal))()
      .catch((error: unknown) => this.reportError(error, name))
      .finally(() => this.#tasks.delete(running));
    this.#tasks.add(running);
  }

  /**
   * Runs the default export of a module in a thread, for work that would block the event loop. Input and output are
   * structured-cloned. The threads live as long as the component.
   *
   * @param module `workerModule(import.meta.url, './recognise')`
   * @throws ProviderError kind `timeout` after `deadlineMs` (30 s), kind `rate-limit` when too many calls wait, kind
   * `protocol` when what comes back does not fit the schema, kind `internal` when the function throws or the thread dies
   */
  protected async runInWorker<Output>(
    module: URL,
    input: unknown,
    options: {
      schema: StandardSchemaV1<unknown, Output>;
      signal?: AbortSignal | undefined;
      deadlineMs?: number | undefined;
    },
  ): Promise<Output> {
    const { schema, signal = this.signal, deadlineMs = WORKER_DEADLINE_MS } = options;
    const abort = new LinkedAbort(signal, this.signal);
    try {
      return await this.#workers.run(module, input, {
        schema,
        signal: abort.signal,
        deadlineMs,
        clock: this.#clock,
      });
    } finally {
      abort.release();
    }
  }

  /** Sends an event, stamped with the provider. */
  protected emit<E extends PluginEvent>(
    EventClass: new (init?: { participant?: Participant | undefined }) => E,
    fields: EventFields<E>,
  ): void {
    const { participant, ...rest } = fields;
    this.events.send(
      Object.assign(new EventClass({ participant }), rest, { provider: this.provider }),
    );
  }

  /** Makes an error event of whatever was thrown. What comes after the abort, or because of it, is no error. */
  protected reportError(error: unknown, context: string, participant?: Participant): void {
    if (!this.signal.aborted) this.#report(error, context, participant);
  }

  #report(error: unknown, context: string, participant?: Participant): void {
    const { provider } = this;
    const told = ProviderError.from(error, provider);
    this.debug(context, { error: told.message, kind: told.kind, retryable: told.retryable });
    this.metrics.recordError(this.category, told);
    const who = participant && { participant };
    this.events.send(
      Object.assign(new this.errorEvent(), { error: told, context, provider, ...who }),
    );
  }

  /** Tells whoever listens on the diagnostics channel `vision-agents`. Secrets are masked. */
  protected debug(message: string, data: Diagnostic['data'] = {}): void {
    const { category, provider } = this;
    publishDiagnostic({ level: 'debug', category, provider, message, data });
  }

  async #start(signal: AbortSignal): Promise<void> {
    try {
      assertOwnMethods(this);
      assertWatchedMethods(this);
      await this.#onStart(signal);
    } catch (error) {
      if (this.closed) throw this.#closedError(error);
      this.#lifecycle = { name: 'new' };
      throw error;
    }
    if (this.closed) throw this.#closedError();
    this.#lifecycle = { name: 'started' };
    this[afterStart]();
  }

  async #onStart(signal: AbortSignal): Promise<void> {
    try {
      await this.onStart({ signal });
    } catch (error) {
      throw ProviderError.from(error, this.provider);
    }
  }

  async #close(before: Lifecycle): Promise<void> {
    if (before.name === 'starting') {
      before.abort.abort(this.#closedError());
      await this.#step('onStart()', CLOSE_STEP_MS, () => before.work);
    }
    await this.#step('drain', DRAIN_MS + DRAIN_GRACE_MS, () =>
      this[drain]({ timeoutMs: DRAIN_MS }),
    );
    this.#aborter.abort(this.#closedError());
    await this.#step('background tasks', CLOSE_STEP_MS, () => Promise.all(this.#tasks));
    await this.#step('workers', CLOSE_STEP_MS, () => this.#workers.destroy());
    await this.#step('onClose()', CLOSE_STEP_MS, () => this.onClose());
    this[closeOutputs]();
  }

  /** One step of closing: bounded, and reported when it throws or hangs. */
  async #step(name: string, limitMs: number, run: () => unknown): Promise<void> {
    try {
      const outcome = await within(this.#clock, limitMs, Promise.resolve(run()));
      if (outcome === 'done') return;
      const message = `${name} did not finish within ${limitMs} ms while closing`;
      this.#report(
        new ProviderError({ provider: this.provider, kind: 'timeout', message }),
        'close',
      );
    } catch (error) {
      this.#report(ProviderError.from(error, this.provider), 'close');
    }
  }

  #closedError(cause?: unknown): ComponentClosedError {
    const message = `The ${this.provider} ${this.category} is closed; make a new one to start again`;
    return new ComponentClosedError(message, cause === undefined ? {} : { cause });
  }

  [afterStart](): void {}

  async [drain](_options: { timeoutMs: number }): Promise<void> {}

  [closeOutputs](): void {}
}
