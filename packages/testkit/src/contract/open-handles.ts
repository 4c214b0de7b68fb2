import { AsyncLocalStorage, createHook } from 'node:async_hooks';

/** What can keep a process alive, by the names that Node has for it. */
const handleTypes: ReadonlySet<string> = new Set([
  'FSEVENTWRAP',
  'MESSAGEPORT',
  'PIPEWRAP',
  'PROCESSWRAP',
  'TCPWRAP',
  'TLSWRAP',
  'Timeout',
  'UDPWRAP',
  'WORKER',
]);

/** What was opened by the work that it ran, and no other: also when much else goes on in the process. */
export interface HandleTracker extends Disposable {
  run<T>(work: () => T): T;
  /** The types of those that are open and keep the process alive. */
  readonly open: readonly string[];
}

/** Follows the timers, sockets and processes that some work opens. */
export function trackHandles(): HandleTracker {
  const inside = new AsyncLocalStorage<true>();
  const handles = new Map<number, { type: string; resource: object }>();
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (handleTypes.has(type) && inside.getStore()) handles.set(id, { type, resource });
    },
    destroy(id) {
      handles.delete(id);
    },
  }).enable();
  return {
    run: (work) => inside.run(true, work),
    get open() {
      return [...handles.values()]
        .filter(({ resource }) => keepsAlive(resource))
        .map(({ type }) => type);
    },
    [Symbol.dispose]: () => void hook.disable(),
  };
}

function keepsAlive(resource: object): boolean {
  const hasRef: unknown = Reflect.get(resource, 'hasRef');
  return typeof hasRef !== 'function' || Reflect.apply(hasRef, resource, []) !== false;
}
