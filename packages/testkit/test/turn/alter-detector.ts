import type { BaseEvent, Turn, TurnDetector } from '@vision-agents/core';

type Detector = TurnDetector<unknown>;
type Replaceable = 'start' | 'close' | 'send' | 'participantLeft';

/** The same instance with another method, seen from outside; what replaces it is given the original. */
export function replace<K extends Replaceable>(
  detector: Detector,
  method: K,
  make: (original: Detector[K]) => Detector[K],
): Detector {
  const original: unknown = bound(detector, method);
  const replacement: unknown = Reflect.apply(make, undefined, [original]);
  return new Proxy(detector, {
    get: (target, name) => (name === method ? replacement : bound(target, name)),
  });
}

/** Methods keep their instance, as its private fields are no proxy's; the class is no method. */
function bound(detector: Detector, name: PropertyKey): unknown {
  const value: unknown = Reflect.get(detector, name);
  return typeof value === 'function' && name !== 'constructor' ? value.bind(detector) : value;
}

/** Says something else of itself than is true. */
export function declare(detector: Detector, values: Readonly<Record<string, unknown>>): Detector {
  return new Proxy(detector, {
    get: (target, name) =>
      typeof name === 'string' && Object.hasOwn(values, name) ? values[name] : bound(target, name),
  });
}

/** Lets only these events out. */
export function filterEvents(detector: Detector, passes: (event: BaseEvent) => boolean): Detector {
  const send = detector.events.send.bind(detector.events);
  detector.events.send = (event) => {
    if (passes(event)) send(event);
  };
  return detector;
}

/** Changes what goes into the output. */
export function mapOutput(detector: Detector, map: (turn: Turn) => Turn): Detector {
  const trySend = detector.output.trySend.bind(detector.output);
  detector.output.trySend = (turn) => trySend(map(turn));
  return detector;
}
