import {
  ComponentErrorEvent,
  type BaseEvent,
  type Processor,
  type ProcessorInit,
} from '@vision-agents/core';
import { VideoForwarder, type VideoTrack } from '@vision-agents/core/video';
import { ReferenceProcessor, testInput } from './reference-processor.ts';

/** One that keeps every rule. */
export const good = (init: Partial<ProcessorInit> = {}): ReferenceProcessor =>
  new ReferenceProcessor(testInput, init);

/** Replaces members of one instance, as they are seen from outside. */
export function replace(
  processor: ReferenceProcessor,
  members: Readonly<Record<string, unknown>>,
): ReferenceProcessor {
  return new Proxy(processor, {
    get: (target, name) =>
      typeof name === 'string' && Object.hasOwn(members, name)
        ? members[name]
        : bound(target, name),
  });
}

/** Methods keep their instance, as its private fields are no proxy's; the class is no method. */
function bound(processor: ReferenceProcessor, name: PropertyKey): unknown {
  const value: unknown = Reflect.get(processor, name);
  return typeof value === 'function' && name !== 'constructor' ? value.bind(processor) : value;
}

/** Lets only these events out. */
function filterEvents(
  processor: ReferenceProcessor,
  passes: (event: BaseEvent) => boolean,
): ReferenceProcessor {
  const send = processor.events.send.bind(processor.events);
  processor.events.send = (event) => {
    if (passes(event)) send(event);
  };
  return processor;
}

/** Reads a track for ever. */
export function keepReading(track: VideoTrack | undefined, { clock }: Processor): void {
  if (track)
    new VideoForwarder(track, { clock, onError: () => undefined }).addFrameHandler(() => undefined);
}

/** One that does not tell of an error. */
export const hidesErrors = (text: string) => (): ReferenceProcessor =>
  filterEvents(
    good(),
    (event) => !(event instanceof ComponentErrorEvent && event.error.message.includes(text)),
  );
