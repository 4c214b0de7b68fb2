import { AsyncLocalStorage } from 'node:async_hooks';

/** The instances of a class on which a method was called, by the work that it ran and no other. */
export interface CallWatcher extends Disposable {
  run<T>(work: () => T): T;
  readonly called: ReadonlySet<object>;
}

const inside = new AsyncLocalStorage<Set<object>>();
const tapped = new Map<object, Map<PropertyKey, { watchers: number; untap: () => void }>>();

/**
 * Follows the calls of a method, on any instance of the class that the given one is of.
 *
 * @throws TypeError when the instance has no such method of its class
 */
export function watchCalls(instance: object, method: PropertyKey): CallWatcher {
  const owner = ownerOf(instance, method);
  const taps = tapped.get(owner) ?? new Map<PropertyKey, { watchers: number; untap: () => void }>();
  tapped.set(owner, taps);
  const tap = taps.get(method) ?? { watchers: 0, untap: tapMethod(owner, method) };
  taps.set(method, tap);
  tap.watchers += 1;
  const called = new Set<object>();
  return {
    run: (work) => inside.run(called, work),
    called,
    [Symbol.dispose]: () => {
      tap.watchers -= 1;
      if (tap.watchers > 0) return;
      tap.untap();
      taps.delete(method);
    },
  };
}

function ownerOf(instance: object, method: PropertyKey): object {
  let owner: unknown = Object.getPrototypeOf(instance);
  while (typeof owner === 'object' && owner !== null) {
    if (Object.hasOwn(owner, method)) return owner;
    owner = Object.getPrototypeOf(owner);
  }
  throw new TypeError(
    `${instance.constructor.name} has no method ${String(method)}() of its class`,
  );
}

function tapMethod(owner: object, method: PropertyKey): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, method);
  const original: unknown = descriptor?.value;
  if (!descriptor || typeof original !== 'function')
    throw new TypeError(`${String(method)} is no method`);
  Object.defineProperty(owner, method, {
    ...descriptor,
    value(this: object, ...parameters: unknown[]): unknown {
      inside.getStore()?.add(this);
      return Reflect.apply(original, this, parameters);
    },
  });
  return () => void Object.defineProperty(owner, method, descriptor);
}
