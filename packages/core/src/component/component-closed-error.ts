const brand = Symbol.for('vision-agents.component-closed-error');

/** The component was closed: it can't be started (again). Make a new one. */
export class ComponentClosedError extends Error {
  override readonly name = 'ComponentClosedError';
  readonly [brand] = true;

  /** True also for errors of another copy of core. */
  static isInstance(value: unknown): value is ComponentClosedError {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
