/** Where the base classes of the categories join in the lifecycle. Symbols, so that no plugin overrides them by chance. */

/** The component has started: what waited may flow. */
export const afterStart = Symbol('after-start');
/** The component closes: say farewell and let what is under way finish, within `timeoutMs`. */
export const drain = Symbol('drain');
/** An answer of a model is whole: measure it. */
export const measureAnswer = Symbol('measure-answer');
/** The component has closed: end the output streams. */
export const closeOutputs = Symbol('close-outputs');
