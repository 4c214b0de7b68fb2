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

/** Replaces a method of one instance; the replacement is given the original. */
export function replace<K extends 'start' | 'close' | 'send' | 'participantLeft'>(
  stt: STT,
  method: K,
  make: (original: STT[K]) => STT[K],
): STT {
  const original = stt[method].bind(stt);
  Object.defineProperty(stt, method, {
    value: Reflect.apply(make, undefined, [original]),
    writable: true,
  });
  return stt;
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
