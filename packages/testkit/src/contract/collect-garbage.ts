import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects garbage: what a `WeakRef` still has afterwards, somebody holds on to. */
export async function collectGarbage(): Promise<void> {
  // A WeakRef that was looked at keeps its target until the turn is over.
  await setImmediate();
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  await setImmediate();
}
