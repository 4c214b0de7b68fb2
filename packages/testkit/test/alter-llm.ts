import {
  ComponentErrorEvent,
  type BaseEvent,
  type LLM,
  type LLMResponse,
  type ProviderError,
  type ResponseOptions,
} from '@vision-agents/core';

/** Replaces a method of one instance; the replacement is given the original. */
export function replaceMethod<
  Plugin extends LLM,
  K extends 'start' | 'close' | 'simpleResponse' | 'registerFunction',
>(llm: Plugin, method: K, make: (original: Plugin[K]) => Plugin[K]): Plugin {
  const replacement: unknown = Reflect.apply(make, undefined, [bound(llm, method)]);
  return new Proxy(llm, {
    get: (target, name) => (name === method ? replacement : bound(target, name)),
  });
}

/** Methods keep their instance, as its private fields are no proxy's; the class is no method. */
function bound(llm: LLM, name: PropertyKey): unknown {
  const value: unknown = Reflect.get(llm, name);
  return typeof value === 'function' && name !== 'constructor' ? value.bind(llm) : value;
}

type Answering = (
  answer: AsyncIterable<LLMResponse>,
  options: ResponseOptions,
) => AsyncIterable<LLMResponse>;

/** Changes what callers get of an answer. */
export function changeAnswers<Plugin extends LLM>(llm: Plugin, change: Answering): Plugin {
  return replaceMethod(
    llm,
    'simpleResponse',
    (simpleResponse) =>
      (text, options = {}) =>
        change(simpleResponse(text, options), options),
  );
}

/** Lets only these events out. */
export function filterEvents<Plugin extends LLM>(
  llm: Plugin,
  passes: (event: BaseEvent) => boolean,
): Plugin {
  const send = llm.events.send.bind(llm.events);
  llm.events.send = (event) => {
    if (passes(event)) send(event);
  };
  return llm;
}

export function isError(event: BaseEvent, fits: (error: ProviderError) => boolean): boolean {
  return event instanceof ComponentErrorEvent && fits(event.error);
}
