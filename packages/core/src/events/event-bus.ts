import { systemClock, type Clock } from '../clock.ts';
import { redact } from '../errors/redact.ts';
import type { BaseEvent } from './base-event.ts';
import { HandlerErrorEvent } from './handler-error-event.ts';

/** A class of events, abstract or not. */
// oxlint-disable-next-line typescript/no-explicit-any -- a constructor type must accept any parameters
export type EventClass<E extends BaseEvent = BaseEvent> = (abstract new (...args: any[]) => E) & {
  readonly type: string;
};

interface Subscription {
  /** False once it is disposed, also by a handler of the same event. */
  active: boolean;
  readonly order: number;
  handler(event: BaseEvent): void | Promise<void>;
}

/**
 * Delivers events to the handlers of their class and of its base classes.
 *
 * Classes are told apart by their own `type` string, so an event of a second copy of core arrives too.
 */
export class EventBus {
  readonly #clock: Clock;
  readonly #subscriptions = new Map<string, Subscription[]>();
  readonly #subscriptionsOf = new Map<unknown, readonly Subscription[]>();
  readonly #pipes = new Set<{ readonly target: EventBus }>();
  readonly #idleWaiters = new Set<() => void>();
  #order = 0;
  #running = 0;

  constructor(options: { clock?: Clock | undefined } = {}) {
    this.#clock = options.clock ?? systemClock;
  }

  /** Calls the handler for each event of the class or of its subclasses, until disposed or aborted. */
  on<E extends BaseEvent>(
    type: EventClass<E>,
    handler: (event: E) => void | Promise<void>,
    options: { signal?: AbortSignal | undefined } = {},
  ): Disposable {
    const name = ownType(type);
    const subscription: Subscription = { active: true, order: this.#order++, handler };
    const off = (): void => {
      subscription.active = false;
      const left = this.#subscriptions.get(name)?.filter((other) => other !== subscription) ?? [];
      if (left.length > 0) this.#subscriptions.set(name, left);
      else this.#subscriptions.delete(name);
      this.#subscriptionsOf.clear();
      options.signal?.removeEventListener('abort', off);
    };
    if (!options.signal?.aborted) {
      this.#subscriptions.set(name, [...(this.#subscriptions.get(name) ?? []), subscription]);
      this.#subscriptionsOf.clear();
      options.signal?.addEventListener('abort', off, { once: true });
    }
    return { [Symbol.dispose]: off };
  }

  /** The next event of the class. Rejects with the signal's reason when that is aborted first. */
  once<E extends BaseEvent>(
    type: EventClass<E>,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<E> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const subscription = this.on(type, (event) => {
        signal?.removeEventListener('abort', onAbort);
        subscription[Symbol.dispose]();
        resolve(event);
      });
      function onAbort(): void {
        subscription[Symbol.dispose]();
        reject(signal?.reason);
      }
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Starts every handler, in order of subscription, before it returns; then forwards to the piped buses. */
  send(event: BaseEvent): void {
    const subscriptions = this.#subscribersOf(event);
    if (subscriptions.length > 0) {
      // One for all handlers of the event: with ten of them, a function each would cost a fifth of the whole.
      const onError = (error: unknown): void => {
        this.#report(error, event);
        this.#finish();
      };
      for (const subscription of subscriptions)
        if (subscription.active) this.#run(subscription, event, onError);
    }
    for (const { target } of this.#pipes) target.send(event);
  }

  /**
   * Forwards every event to another bus, within `send`.
   *
   * @throws TypeError when events would go in a circle
   */
  pipe(target: EventBus): Disposable {
    if (target.#reaches(this)) throw new TypeError('pipe would make events go in a circle');
    const pipe = { target };
    this.#pipes.add(pipe);
    return { [Symbol.dispose]: () => void this.#pipes.delete(pipe) };
  }

  /** Resolves when no handler is running, here and in the piped buses, or after `timeoutMs`. Never rejects. */
  async settled(options: { timeoutMs?: number | undefined } = {}): Promise<void> {
    const idle = this.#settle();
    if (options.timeoutMs === undefined) {
      await idle;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.setTimeout(resolve, options.timeoutMs);
    await Promise.race([idle, promise]);
    timer.cancel();
  }

  async #settle(): Promise<void> {
    while (this.#isBusy()) {
      await this.#idle();
      for (const { target } of this.#pipes) await target.#settle();
    }
  }

  #isBusy(): boolean {
    return this.#running > 0 || [...this.#pipes].some(({ target }) => target.#isBusy());
  }

  #subscribersOf(event: BaseEvent): readonly Subscription[] {
    const known = this.#subscriptionsOf.get(event.constructor);
    if (known) return known;
    ownType(event.constructor);
    const subscribers = typesOf(event)
      .flatMap((type) => this.#subscriptions.get(type) ?? [])
      .toSorted((a, b) => a.order - b.order);
    this.#subscriptionsOf.set(event.constructor, subscribers);
    return subscribers;
  }

  #run(subscription: Subscription, event: BaseEvent, onError: (error: unknown) => void): void {
    try {
      const running = subscription.handler(event);
      // A handler without types may return anything, such as the length of an array that it pushes to.
      if (typeof running?.then !== 'function') return;
      this.#running += 1;
      running.then(this.#finish, onError);
    } catch (error) {
      this.#report(error, event);
    }
  }

  /** One function for all handlers of the bus, since it is passed on for every event. */
  readonly #finish = (): void => {
    this.#running -= 1;
    if (this.#running > 0) return;
    for (const resolve of this.#idleWaiters) resolve();
    this.#idleWaiters.clear();
  };

  #idle(): Promise<void> {
    return this.#running === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#idleWaiters.add(resolve);
        });
  }

  #report(error: unknown, source: BaseEvent): void {
    if (this.#observesErrors() && source.type !== HandlerErrorEvent.type) {
      this.send(new HandlerErrorEvent({ error, source }));
    } else {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.emitWarning(
        redact(`A handler of "${source.type}" failed: ${text}`),
        'EventHandlerWarning',
      );
    }
  }

  #observesErrors(): boolean {
    if (this.#subscriptions.has(HandlerErrorEvent.type)) return true;
    return [...this.#pipes].some(({ target }) => target.#observesErrors());
  }

  #reaches(bus: EventBus): boolean {
    return bus === this || [...this.#pipes].some(({ target }) => target.#reaches(bus));
  }
}

/** The class's own type string; one inherited from its base would reach the base's handlers as something it is not. */
function ownType(eventClass: unknown): string {
  const name = typeof eventClass === 'function' ? eventClass.name : String(eventClass);
  const type: unknown =
    typeof eventClass === 'function' && Object.hasOwn(eventClass, 'type')
      ? Reflect.get(eventClass, 'type')
      : undefined;
  if (typeof type !== 'string' || type === '') {
    throw new TypeError(
      `Event class ${name} needs a type of its own: static override readonly type = 'acme.level'`,
    );
  }
  return type;
}

/** The type strings of the event's class and of its base classes. */
function typesOf(event: BaseEvent): string[] {
  const types: string[] = [];
  let eventClass: unknown = event.constructor;
  while (typeof eventClass === 'function' && Object.hasOwn(eventClass, 'type')) {
    types.push(String(Reflect.get(eventClass, 'type')));
    eventClass = Object.getPrototypeOf(eventClass);
  }
  return types;
}
