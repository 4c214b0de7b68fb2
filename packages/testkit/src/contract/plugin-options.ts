import type { Component } from '@vision-agents/core';

const credential = /auth|key|token|secret|password|signature/i;

/** Makes another one with these options alone. */
export function construct({ constructor }: Component, input: object): unknown {
  return typeof constructor === 'function' && Reflect.construct(constructor, [input]);
}

/** The variables that a plugin class reads, by option: its static `options.env`. */
export function environmentOf({ constructor }: Component): Record<string, string> {
  const options: unknown = Reflect.get(constructor, 'options');
  return { ...Object(Reflect.get(Object(options), 'env')) };
}

/** Those of them that are to be kept secret. */
export function credentialsOf(component: Component): [option: string, variable: string][] {
  return Object.entries(environmentOf(component)).filter(([option]) => credential.test(option));
}

/** What authenticates a request: in its query, or in its headers. */
export function secretsOf({
  url,
  headers,
}: {
  readonly url?: URL | undefined;
  readonly headers?: unknown;
}): string[] {
  const named = headers instanceof Headers ? [...headers] : Object.entries(Object(headers));
  return [...(url?.searchParams ?? []), ...named].flatMap(([name, value]) =>
    // A WebSocket's own key is made anew for each, and no secret.
    credential.test(name) && name !== 'sec-websocket-key'
      ? [String(value).replace(/^\S+\s+/, '')]
      : [],
  );
}
