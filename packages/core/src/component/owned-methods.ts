/** On a base class: the methods that are the base's own, each with what a plugin implements instead. */
export const ownedMethods = Symbol.for('vision-agents.owned-methods');

/**
 * TypeScript has no `final`, so `start()` checks that neither a subclass nor a field of the instance replaced a method
 * that its base owns.
 *
 * @throws TypeError naming the method and what to implement instead
 */
export function assertOwnMethods(component: object): void {
  const overridden = new Set(Reflect.ownKeys(component));
  for (
    let prototype: unknown = Object.getPrototypeOf(component);
    typeof prototype === 'object' && prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const owner: unknown = Object.hasOwn(prototype, 'constructor')
      ? Reflect.get(prototype, 'constructor')
      : undefined;
    if (typeof owner === 'function' && Object.hasOwn(owner, ownedMethods)) {
      const owned: unknown = Reflect.get(owner, ownedMethods);
      for (const [method, instead] of Object.entries(owned ?? {})) {
        if (overridden.has(method)) {
          throw new TypeError(
            `${component.constructor.name} overrides ${method}(), which belongs to ${owner.name}. Implement ${String(instead)} instead.`,
          );
        }
      }
    }
    for (const name of Reflect.ownKeys(prototype)) overridden.add(name);
  }
}
