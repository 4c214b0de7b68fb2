/** What a base class that extends `LLM` shares with it. Symbols, so that no plugin overrides them by chance. */

/** The answer that these options belong to. */
export const answerOf = Symbol('answer-of');
/** Signals that interrupt an answer which is asked for now, besides its own. */
export const answerSignals = Symbol('answer-signals');
/** Calls functions without an answer. */
export const runTools = Symbol('run-tools');
