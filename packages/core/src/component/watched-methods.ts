const watching = new WeakMap<object, Map<string, unknown>>();

/**
 * Has callers reach this method, whichever one of that name the class has: for one that a plugin may override, and whose
 * base looks after what comes of it.
 */
export function watchMethod(
  component: object,
  name: string,
  method: (...args: never[]) => unknown,
): void {
  const methods = watching.get(component) ?? new Map<string, unknown>();
  watching.set(component, methods.set(name, method));
  Object.defineProperty(component, name, { configurable: true, writable: true, value: method });
}

/**
 * A field of the class takes the place of the method that looks after the plugin's own.
 *
 * @throws TypeError saying what to write instead
 */
export function assertWatchedMethods(component: object): void {
  for (const [name, method] of watching.get(component) ?? []) {
    if (Object.getOwnPropertyDescriptor(component, name)?.value === method) continue;
    throw new TypeError(
      `${component.constructor.name} has ${name}() as a field, which takes the place of what its base does around it. Write it as a method of the class.`,
    );
  }
}
