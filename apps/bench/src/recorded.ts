import type { Recorded } from './candidate.ts';

/** What the prototype took that showed the figure can be reached, and the Python original. */
export function recorded(prototypeUs: number, pythonUs?: number): Recorded[] {
  const prototype = { name: 'prototype', us: prototypeUs };
  return pythonUs === undefined ? [prototype] : [prototype, { name: 'Python', us: pythonUs }];
}
