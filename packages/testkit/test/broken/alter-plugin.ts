import {
  ComponentErrorEvent,
  type BaseEvent,
  type Participant,
  type PcmData,
  type ProviderError,
  type STT,
  type STTOutput,
} from '@vision-agents/core';

type Send = (pcm: PcmData, participant?: Participant) => void;

type Replaceable = 'start' | 'close' | 'send' | 'participantLeft' | 'serial';

/** The same instance with another member, seen from outside; what replaces it is given the original. */
export function replace<K extends Replaceable>(
  stt: STT,
  member: K,
  make: (original: STT[K]) => STT[K],
): STT {
  const original: unknown = bound(stt, member);
  const replacement: unknown = Reflect.apply(make, undefined, [original]);
  return new Proxy(stt, {
    get: (target, name) => (name === member ? replacement : bound(target, name)),
  });
}

/** Methods keep their instance, as its private fields are no proxy's; the class is no method. */
function bound(stt: STT, name: PropertyKey): unknown {
  const value: unknown = Reflect.get(stt, name);
  return typeof value === 'function' && name !== 'constructor' ? value.bind(stt) : value;
}

/** Replaces `send()` of one instance; the replacement is given the original. */
export const replaceSend = (stt: STT, make: (send: Send) => Send): STT =>
  replace(stt, 'send', make);

/** Lets only these events out. */
export function filterEvents(stt: STT, passes: (event: BaseEvent) => boolean): STT {
  const send = stt.events.send.bind(stt.events);
  stt.events.send = (event) => {
    if (passes(event)) send(event);
  };
  return stt;
}

/** Whether it is the event of an error of this kind. */
export function isError(event: BaseEvent, kind: ProviderError['kind']): boolean {
  return event instanceof ComponentErrorEvent && event.error.kind === kind;
}

/** Changes what goes into the output; what becomes undefined does not. */
export function mapOutput(stt: STT, map: (item: STTOutput) => STTOutput | undefined): STT {
  const trySend = stt.output.trySend.bind(stt.output);
  stt.output.trySend = (item) => {
    const changed = map(item);
    return changed === undefined || trySend(changed);
  };
  return stt;
}
